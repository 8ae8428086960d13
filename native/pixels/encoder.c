#include "encoder.h"
#include "background.h"
#include "boxes.h"
#include "checksum.h"
#include "copies.h"
#include "damage.h"
#include "film-tile.h"
#include "fine.h"
#include "pages.h"
#include "paint.h"
#include "payload.h"
#include "planes.h"
#include "recent.h"
#include "rest.h"
#include "scroll.h"
#include "slices.h"
#include "tile-reuse.h"

#include <stdlib.h>
#include <string.h>

/* Panes that scroll at once. */
#define SCROLLS_MAX 3
/* Pixel by pixel takes more time than planes do: 25 ns each. */
#define FINE_MAX_AREA 8192

struct wr_encoder {
  struct wr_picture shadow; /* what the terminal shows */
  bool known;               /* whether it does */
  int32_t across, down;
  uint32_t *hashes;
  uint8_t *stale; /* tiles whose hash is behind the shadow */
  uint32_t checksum;
  struct wr_damage damage;
  struct wr_boxes boxes;
  struct wr_scroll scroll;
  struct wr_region *regions;
  size_t region_count;
  struct wr_payload payload;
  struct wr_motion motion;
  struct wr_rect *pieces;
  struct wr_tile_reuse reuse;
  struct wr_recent recent;
  struct wr_fine fine;
  bool fine_used; /* in this update */
  bool fine_anew; /* the terminal has learned something else */
  bool grades;    /* in this update */
  struct wr_slices slices;
};

/* A tile at a stream's corner leaves two boxes beside the stream. */
#define CORNER_BOXES (4 * WR_STREAMS)

static bool allocate(struct wr_encoder *e, size_t pixels, size_t tiles) {
  const struct wr_picture *s = &e->shadow;
  e->shadow.pixels = wr_pages_take(wr_picture_bytes(s));
  e->hashes = calloc(tiles, sizeof *e->hashes);
  e->stale = calloc(tiles, 1);
  e->boxes.items = calloc(tiles + CORNER_BOXES, sizeof *e->boxes.items);
  e->boxes.capacity = tiles + CORNER_BOXES;
  e->boxes.area_limit = (int64_t)pixels;
  e->regions = calloc(wr_region_limit(s->width, s->height), sizeof *e->regions);
  e->pieces = calloc(tiles, sizeof *e->pieces);
  return wr_tile_reuse_init(&e->reuse, e->across, e->down) &&
         wr_slices_init(&e->slices, e->across, e->down) &&
         wr_motion_init(&e->motion, s->width, s->height) && e->pieces &&
         wr_payload_init(&e->payload, 3 * pixels) && wr_fine_reserve(&e->fine, s->width) &&
         wr_damage_init(&e->damage, s->width, s->height) &&
         wr_scroll_init(&e->scroll, s->width, s->height) && e->shadow.pixels && e->hashes &&
         e->stale && e->boxes.items && e->regions;
}

static void hash_stale_tiles(struct wr_encoder *e) {
  uint32_t hashes[WR_CHECKSUM_ACROSS];
  for (int32_t ty = 0; ty < e->down; ty++) {
    const uint32_t first = (uint32_t)(ty * e->across);
    uint8_t *stale = e->stale + first;
    if (!memchr(stale, 1, (size_t)e->across))
      continue;
    wr_checksum_row(&e->shadow, ty, stale, hashes);
    for (uint32_t tx = 0; tx < (uint32_t)e->across; tx++) {
      if (!stale[tx])
        continue;
      e->checksum += wr_checksum_mix(first + tx, hashes[tx]) -
                     wr_checksum_mix(first + tx, e->hashes[first + tx]);
      e->hashes[first + tx] = hashes[tx];
      stale[tx] = 0;
    }
  }
}

struct wr_encoder *wr_encoder_create(int32_t width, int32_t height) {
  if (width < 1 || height < 1 || width > WR_PICTURE_MAX_SIDE || height > WR_PICTURE_MAX_SIDE)
    return NULL;
  struct wr_encoder *e = calloc(1, sizeof *e);
  if (!e)
    return NULL;
  wr_fine_init(&e->fine);
  e->shadow = (struct wr_picture){NULL, width, height};
  e->across = wr_tiles_across(width);
  e->down = wr_tiles_across(height);
  const size_t tiles = (size_t)e->across * (size_t)e->down;
  if (!allocate(e, (size_t)width * (size_t)height, tiles)) {
    wr_encoder_destroy(e);
    return NULL;
  }
  /* The sum starts consistent with hashes of zero; the first key frame makes every tile stale. */
  for (uint32_t i = 0; i < tiles; i++)
    e->checksum += wr_checksum_mix(i, 0);
  return e;
}

void wr_encoder_destroy(struct wr_encoder *e) {
  if (!e)
    return;
  wr_payload_finish(&e->payload);
  wr_damage_finish(&e->damage);
  wr_scroll_finish(&e->scroll);
  wr_motion_finish(&e->motion);
  wr_tile_reuse_finish(&e->reuse);
  wr_fine_finish(&e->fine);
  wr_slices_finish(&e->slices);
  free(e->pieces);
  wr_pages_give(e->shadow.pixels, wr_picture_bytes(&e->shadow));
  free(e->hashes);
  free(e->stale);
  free(e->boxes.items);
  free(e->regions);
  free(e);
}

void wr_encoder_reset(struct wr_encoder *e) {
  e->known = false;
  wr_motion_clear(&e->motion);
}

static void mark_stale(struct wr_encoder *e, const struct wr_rect *r) {
  for (int32_t ty = r->y / WR_TILE; ty <= (r->y + r->h - 1) / WR_TILE; ty++)
    memset(e->stale + ty * e->across + r->x / WR_TILE, 1,
           (size_t)((r->x + r->w - 1) / WR_TILE - r->x / WR_TILE + 1));
}

static struct wr_region *add_region(struct wr_encoder *e, int32_t encoding,
                                    const struct wr_rect *r) {
  struct wr_region *region = &e->regions[e->region_count++];
  *region = (struct wr_region){encoding, r->x, r->y, r->w, r->h, 0, 0};
  mark_stale(e, r);
  return region;
}

static void add_solid(struct wr_encoder *e, const struct wr_rect *r, uint32_t rgb) {
  add_region(e, WR_ENCODING_SOLID, r)->a = (int32_t)rgb;
  wr_paint_solid(&e->shadow, r, rgb);
}

/* What video left of it is nothing to keep. */
static void keep_covered(struct wr_encoder *e, const struct wr_rect *from,
                         const struct wr_rect *to) {
  struct wr_rect tiles = {to->x - WR_TILE, to->y - WR_TILE, to->w + 2 * WR_TILE,
                          to->h + 2 * WR_TILE};
  wr_rect_clip(&tiles, e->shadow.width, e->shadow.height);
  if (!wr_motion_lossy_in(&e->motion, &tiles))
    wr_tile_reuse_cover(&e->reuse, &e->shadow, from, to, e->regions, &e->region_count);
}

/* Returns the area copied, 0 when that cannot be. */
static int64_t use_copy(struct wr_encoder *e, const struct wr_picture *p, struct wr_copy c,
                        int64_t limit) {
  const struct wr_rect to = {c.dx, c.dy, c.w, c.h}, from = {c.sx, c.sy, c.w, c.h};
  if (wr_rect_area(&to) > limit || wr_rest_forbids(&e->motion, &e->shadow, p, &c))
    return 0;
  keep_covered(e, &from, &to);
  struct wr_region *r = add_region(e, WR_ENCODING_COPY, &to);
  r->a = c.sx;
  r->b = c.sy;
  wr_paint_copy(&e->shadow, c.sx, c.sy, &to);
  /* What the copy got wrong is repaired like any other difference. */
  wr_damage_add(&e->damage, &to);
  return wr_rect_area(&to);
}

static void use_copies(struct wr_encoder *e, const struct wr_encode_input *in) {
  const int64_t limit = (int64_t)e->shadow.width * e->shadow.height;
  int64_t area = 0;
  for (size_t i = 0; i < in->copy_count && i < WR_COPIES_MAX; i++) {
    struct wr_copy hint = in->copies[i];
    if (wr_copy_clip(&hint, e->shadow.width, e->shadow.height) &&
        wr_copy_helps(&e->shadow, in->picture, &hint))
      area += use_copy(e, in->picture, hint, limit - area);
  }
  struct wr_rect bounds;
  /* A hint that helped has explained the frame; and a film has nothing to find. */
  if (area > 0 || !wr_damage_is_large(in->damage, in->damage_count, in->picture, &bounds) ||
      wr_motion_covers(&e->motion, &bounds))
    return;
  struct wr_copy scrolled;
  for (int panes = 0; panes < SCROLLS_MAX; panes++) {
    const bool again =
        panes == 0 && wr_scroll_again(&e->scroll, &e->shadow, in->picture, &bounds, &scrolled);
    if (!again && !wr_scroll_find(&e->scroll, &e->shadow, in->picture, &bounds, &scrolled))
      return;
    const int64_t copied = use_copy(e, in->picture, scrolled, limit - area);
    area += copied;
    /* A search takes half a millisecond: not for what is left beside one large pane. */
    if (copied == 0 || 10 * copied >= 7 * wr_rect_area(&bounds))
      return;
  }
}

static void add_box(struct wr_encoder *e, const struct wr_picture *p,
                    const struct wr_rect *within) {
  struct wr_box box = {0};
  if (within->w <= 0 || within->h <= 0 || !wr_tile_diff(&e->shadow, p, within, &box.rect))
    return;
  box.solid = wr_tile_solid(p, &box.rect, &box.rgb);
  box.graded = e->grades && !box.solid && wr_planes_gradual(p, &box.rect);
  wr_boxes_add(&e->boxes, &box);
}

/* What changed beside the part of a tile that video shows. */
static void add_boxes_beside(struct wr_encoder *e, const struct wr_picture *p,
                             const struct wr_rect *c, const struct wr_rect *part) {
  struct wr_rect beside[WR_BESIDE];
  wr_rect_beside(c, part, beside);
  for (int i = 0; i < WR_BESIDE; i++)
    add_box(e, p, &beside[i]);
}

/* The shadow holds what lossy pixels should be: a difference to it means nothing to the terminal.
 * One colour is something that both know. */
static void forget_lossy(struct wr_encoder *e, const struct wr_picture *p, int32_t tx, int32_t ty,
                         struct wr_rect *within) {
  static const struct wr_rect nothing = {0, 0, 0, 0};
  const struct wr_rect tile = wr_tile_rect(tx, ty, p->width, p->height);
  const struct wr_rect lossy = e->motion.tiles[ty * e->across + tx].lossy;
  add_solid(e, &lossy,
            WR_PIXEL_RGB & *wr_picture_at(p, lossy.x + lossy.w / 2, lossy.y + lossy.h / 2));
  wr_motion_set_lossy(&e->motion, tx, ty, &nothing);
  *within = tile;
}

/* Video shows the part of the tile that lies in the stream from now on, or goes on to. */
static void leave_to_video(struct wr_encoder *e, const struct wr_film_tile *film,
                           const struct wr_rect *part, const struct wr_rect *changed) {
  wr_film_tile_leave(&e->motion, film, part);
  mark_stale(e, part);
  add_boxes_beside(e, film->wanted, changed, part);
}

/* A part of what was covered comes back: a window moves on. */
static void add_part(struct wr_encoder *e, const struct wr_picture *p,
                     const struct wr_reused_tile *part) {
  struct wr_rect beside[WR_BESIDE];
  wr_rect_beside(&part->rect, &part->over, beside);
  for (int i = 0; i < WR_BESIDE; i++)
    wr_paint_from(&e->shadow, p, part->over.w > 0 ? &beside[i] : &part->rect);
  mark_stale(e, &part->rect);
  add_box(e, p, &part->over);
}

/* What goes is kept for when it comes back; what was there before needs no pixels. */
static void add_change(struct wr_encoder *e, const struct wr_picture *p, int32_t tx, int32_t ty,
                       const struct wr_rect *changed) {
  struct wr_tile_reuse *u = &e->reuse;
  const struct wr_rect tile = wr_tile_rect(tx, ty, p->width, p->height);
  const bool wanted = wr_tile_reuse_wanted(u, tx, ty, changed);
  const struct wr_reused_tile *part = wr_tile_reuse_part(u, &e->shadow, p, &tile, changed);
  /* A copy has left half of something there. */
  const int32_t free_slot =
      wanted && !(part && u->copied) ? wr_tile_reuse_keep(u, &e->shadow, &tile) : -1;
  if (free_slot >= 0)
    wr_tile_row_add(e->regions, &e->region_count, WR_ENCODING_KEEP, &tile, free_slot);
  if (part)
    return add_part(e, p, part);
  const int32_t slot = wanted ? wr_tile_reuse_find(u, p, &tile) : -1;
  if (slot < 0)
    return add_box(e, p, changed);
  u->row[u->count++] = (struct wr_reused_tile){.rect = tile, .slot = slot};
  mark_stale(e, &tile);
  wr_paint_from(&e->shadow, p, &tile);
}

/* Whether the tile's change is that of a film; keeps account of it. */
static bool film_moves(struct wr_encoder *e, const struct wr_encode_input *in, int32_t tx,
                       int32_t ty, const struct wr_rect *changed) {
  struct wr_rect part;
  const enum wr_looks looks = wr_motion_looks(in->picture, changed);
  wr_motion_note(&e->motion, tx, ty, changed, looks);
  struct wr_stream *s = wr_motion_stream_at(&e->motion, tx, ty, &part);
  if (!s || s->sleeps || !wr_rect_meets(&part, changed) ||
      !wr_motion_films(&e->motion, tx, ty, looks))
    return false;
  wr_motion_moved(&e->motion, s);
  return true;
}

static void visit_tile(struct wr_encoder *e, const struct wr_encode_input *in, bool key, int32_t tx,
                       int32_t ty) {
  const struct wr_picture *p = in->picture;
  struct wr_rect within, changed, part;
  const bool few_rows = !key && in->copy_count == 0 && !e->slices.limited;
  const struct wr_film_tile tile = {&e->shadow, p, tx, ty, few_rows};
  const bool differs = wr_slices_may_differ(&e->slices, &e->damage, tx, ty, &within) &&
                       wr_film_tile_differs(&e->motion, &tile, &within, &changed);
  const enum wr_slice_tile slice = wr_slices_tile(&e->slices, ty * e->across + tx);
  if (slice == WR_SLICE_HELD) {
    if (in->video && differs)
      wr_motion_note(&e->motion, tx, ty, &changed, wr_motion_looks(p, &changed));
    return;
  }
  if (!in->video) {
    if (differs)
      add_change(e, p, tx, ty, &changed);
    return;
  }
  const struct wr_rect *left = &e->motion.tiles[ty * e->across + tx].lossy;
  const bool lossy = left->w != 0, due = lossy && wr_motion_refine_due(&e->motion, tx, ty);
  const bool again = differs && slice != WR_SLICE_WAITED;
  const bool film = key ? lossy && !due : again && film_moves(e, in, tx, ty, &changed);
  if (lossy && (due || (differs && !film && wr_rect_meets(left, &changed)))) {
    forget_lossy(e, p, tx, ty, &within);
    add_box(e, p, &within);
  } else if (film && differs && wr_motion_stream_at(&e->motion, tx, ty, &part)) {
    leave_to_video(e, &tile, &part, &changed);
  } else if (differs && lossy) {
    /* The terminal does not show what the shadow says: nothing to keep. */
    add_box(e, p, &changed);
  } else if (differs) {
    add_change(e, p, tx, ty, &changed);
  }
}

static void find_boxes(struct wr_encoder *e, const struct wr_encode_input *in, bool key) {
  wr_boxes_clear(&e->boxes);
  for (int32_t ty = 0; ty < e->down; ty++) {
    for (int32_t tx = 0; tx < e->across; tx++)
      visit_tile(e, in, key, tx, ty);
    wr_tile_reuse_show(&e->reuse, e->regions, &e->region_count);
    wr_boxes_end_row(&e->boxes);
  }
}

static void take_planes(struct wr_encoder *e, const struct wr_picture *p,
                        const struct wr_box *box) {
  const struct wr_rect *r = &box->rect;
  uint32_t plain, delta;
  wr_tile_breaks(p, &e->shadow, r, &plain, &delta);
  struct wr_region *region =
      add_region(e, delta < plain ? WR_ENCODING_DELTA : WR_ENCODING_PIXELS, r);
  wr_planes_predict(region, p, box->graded && 2 * delta >= plain);
  wr_planes_pack(region, p, &e->shadow,
                 wr_payload_reserve(&e->payload, 3 * (size_t)wr_rect_area(r)));
  wr_paint_from(&e->shadow, p, r);
}

static void take_finely(struct wr_encoder *e, const struct wr_picture *p, const struct wr_rect *r) {
  if (!e->fine_used)
    wr_fine_begin(&e->fine, e->fine_anew);
  e->fine_used = true;
  e->fine_anew = false;
  add_region(e, WR_ENCODING_PIXELS, r);
  wr_fine_code(&e->fine, &e->shadow, r, p);
}

/* What an earlier frame drew may still be on the screen: the same letter, the same icon. */
static bool copy_recent(struct wr_encoder *e, const struct wr_picture *p, const struct wr_rect *r) {
  struct wr_rect from;
  if (!wr_recent_find(&e->recent, &e->shadow, p, r, &from) || wr_motion_lossy_in(&e->motion, &from))
    return false;
  struct wr_region *region = add_region(e, WR_ENCODING_COPY, r);
  region->a = from.x;
  region->b = from.y;
  wr_paint_copy(&e->shadow, from.x, from.y, r);
  return true;
}

/* Whether the boxes of pixels are taken finely: all or none. It looks at what is around them, and
 * has to see there what the terminal sees. */
static bool takes_finely(const struct wr_encoder *e, const struct wr_encode_input *in) {
  const bool few = e->boxes.pixel_area <= FINE_MAX_AREA;
  if (!in->fine || !(few || (in->thorough && wr_boxes_are_text(&e->boxes, in->picture))))
    return false;
  for (size_t i = 0; i < e->boxes.count && e->motion.lossy_count > 0; i++) {
    const struct wr_rect *r = &e->boxes.items[i].rect;
    struct wr_rect around = {r->x - 2, r->y - 1, r->w + 3, r->h + 1};
    wr_rect_clip(&around, e->shadow.width, e->shadow.height);
    if (!e->boxes.items[i].solid && wr_motion_lossy_in(&e->motion, &around))
      return false;
  }
  return true;
}

static void emit_boxes(struct wr_encoder *e, const struct wr_encode_input *in) {
  const bool finely = takes_finely(e, in);
  wr_bits_write(&e->fine.bits);
  e->fine_used = false;
  for (size_t i = 0; i < e->boxes.count; i++)
    if (e->boxes.items[i].solid)
      add_solid(e, &e->boxes.items[i].rect, e->boxes.items[i].rgb);
  for (size_t i = 0; i < e->boxes.count; i++) {
    const struct wr_box *box = &e->boxes.items[i];
    if (box->solid || copy_recent(e, in->picture, &box->rect))
      continue;
    if (finely)
      take_finely(e, in->picture, &box->rect);
    else
      take_planes(e, in->picture, box);
    wr_recent_put(&e->recent, in->picture, &box->rect);
  }
}

/* False without memory. */
static bool finish_payload(struct wr_encoder *e, int level, struct wr_encoded *out) {
  struct wr_bits *fine = &e->fine.bits;
  const bool packed = wr_payload_compress(&e->payload, level, e->slices.waiting_count > 0);
  if (e->fine_used)
    wr_bits_end(fine);
  out->fine = e->fine_used;
  out->payload = out->fine ? fine->out : e->payload.result;
  out->payload_length = out->fine ? fine->at : e->payload.result_length;
  out->compressed = !out->fine && e->payload.compressed;
  return packed && !(out->fine && fine->failed);
}

/* Only a stream that moved in this frame, or has to be shown anew, needs a picture. */
static void emit_videos(struct wr_encoder *e, bool key, struct wr_encoded *out) {
  for (int32_t i = 0; i < WR_STREAMS; i++) {
    struct wr_stream *s = &e->motion.streams[i];
    if (!s->active)
      continue;
    out->streams |= 1u << i;
    const size_t count = key || s->moves ? wr_motion_pieces(&e->motion, s, e->pieces) : 0;
    if (count == 0)
      continue;
    for (size_t k = 0; k < count; k++)
      add_region(e, WR_ENCODING_VIDEO, &e->pieces[k])->a = i;
    const struct wr_rect coded = wr_stream_coded(s);
    out->videos[out->video_count++] =
        (struct wr_video_part){i, coded.x, coded.y, coded.w, coded.h, key || s->fresh};
    s->fresh = false;
  }
}

static void plan_slices(struct wr_encoder *e, const struct wr_encode_input *in, bool key) {
  struct wr_slice_input slices = {.shown = &e->shadow,
                                  .wanted = in->picture,
                                  .damage = &e->damage,
                                  .rects = in->damage,
                                  .rect_count = key ? 0 : in->damage_count,
                                  .motion = in->video ? &e->motion : NULL,
                                  .budget = in->budget};
  if (key)
    wr_slices_forget(&e->slices);
  wr_slices_plan(&e->slices, &slices);
}

bool wr_encoder_encode(struct wr_encoder *e, const struct wr_encode_input *in,
                       struct wr_encoded *out) {
  const struct wr_rect all = {0, 0, e->shadow.width, e->shadow.height};
  const bool refused = !in->video && e->motion.lossy_count > 0;
  const bool key = in->key || !e->known || refused;
  *out = (struct wr_encoded){0};
  e->region_count = 0;
  e->grades = in->graded;
  wr_tile_reuse_frame(&e->reuse);
  wr_payload_clear(&e->payload);
  wr_damage_clear(&e->damage);
  if (refused)
    wr_motion_clear(&e->motion);
  if (in->video)
    wr_motion_plan(&e->motion, in->now_ms, in->free_ms);
  if (key) {
    wr_tile_reuse_begin(&e->reuse, in->tiles);
    e->fine_anew = true;
    wr_damage_add(&e->damage, &all);
    add_solid(e, &all, wr_background_of(in->picture));
  } else {
    for (size_t i = 0; i < in->damage_count; i++)
      wr_damage_add(&e->damage, &in->damage[i]);
    use_copies(e, in);
  }
  wr_rest_wake(&e->motion, &e->damage, &e->shadow, in->picture);
  plan_slices(e, in, key);
  find_boxes(e, in, key);
  emit_boxes(e, in);
  emit_videos(e, key, out);
  out->lossy = e->motion.lossy_count > 0;
  /* Nobody compares the checksum of a picture that is not exact. */
  if (!out->lossy)
    hash_stale_tiles(e);
  e->known = finish_payload(e, in->level, out);
  wr_slices_learn(&e->slices, out->payload_length);
  out->waiting = e->slices.waiting;
  out->waiting_count = e->slices.waiting_count;
  out->tile_count = (size_t)e->across * (size_t)e->down;
  out->regions = e->regions;
  out->region_count = e->region_count;
  out->checksum = e->checksum;
  return e->known;
}
