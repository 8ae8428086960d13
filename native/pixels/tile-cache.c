#include "tile-cache.h"
#include "dispatch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define NONE (-1)
#define TILE_PIXELS (WR_TILE * WR_TILE)
/* For each the key is shifted by two words (Toeplitz): together they collide by 2^-128. */
#define PASSES WR_TILE_SUMS
#define KEY_WORDS (TILE_PIXELS + 2 * PASSES)
/* A power of two, and as many as slots. */
#define HEADS WR_CACHE_MAX_SLOTS

struct wr_cache_slot {
  struct wr_tile_name name;
  int32_t next;         /* of the same head */
  int32_t newer, older; /* by use */
  uint32_t frame;       /* of the last use */
};

static bool draw_key(struct wr_tile_cache *c) {
  c->key = malloc(KEY_WORDS * sizeof *c->key);
  uint8_t *at = (uint8_t *)c->key;
  for (size_t left = c->key ? KEY_WORDS * sizeof *c->key : 0; left > 0;) {
    const ssize_t got = getrandom(at, left, 0);
    if (got <= 0)
      return false;
    at += got;
    left -= (size_t)got;
  }
  return c->key != NULL;
}

void wr_tile_cache_finish(struct wr_tile_cache *c) {
  free(c->key);
  free(c->items);
  free(c->heads);
  *c = (struct wr_tile_cache){.frame = c->frame};
}

bool wr_tile_cache_begin(struct wr_tile_cache *c, int32_t slots) {
  if (slots > WR_CACHE_MAX_SLOTS)
    slots = WR_CACHE_MAX_SLOTS;
  if (slots != c->slots) {
    wr_tile_cache_finish(c);
    if (slots <= 0)
      return true;
    c->items = calloc((size_t)slots, sizeof *c->items);
    c->heads = malloc(HEADS * sizeof *c->heads);
    if (!c->items || !c->heads || !draw_key(c)) {
      wr_tile_cache_finish(c);
      return false;
    }
    c->slots = slots;
  }
  c->used = 0;
  c->newest = c->oldest = NONE;
  if (c->heads)
    memset(c->heads, 0xff, HEADS * sizeof *c->heads);
  return true;
}

/* NH of UMAC: over an unknown key, two different tiles have the same sum by chance alone, 2^-32. */
WR_KERNEL uint64_t keyed_sum(const uint32_t *m, const uint32_t *key) {
  uint64_t sums[4] = {0};
  for (int i = 0; i < TILE_PIXELS; i += 8)
    for (int k = 0; k < 4; k++)
      sums[k] += (uint64_t)(m[i + k] + key[i + k]) * (m[i + k + 4] + key[i + k + 4]);
  return sums[0] + sums[1] + sums[2] + sums[3];
}

WR_KERNEL void keyed_sums(const uint32_t *m, const uint32_t *key, uint64_t *sums) {
  for (int pass = 0; pass < PASSES; pass++)
    sums[pass] = keyed_sum(m, key + 2 * pass);
}

WR_DISPATCH(void, wr_tile_sums, keyed_sums,
            (const uint32_t *m, const uint32_t *key, uint64_t *sums), (m, key, sums))

struct wr_tile_name wr_tile_cache_name(const struct wr_tile_cache *c, const struct wr_picture *p,
                                       const struct wr_rect *tile) {
  uint32_t m[TILE_PIXELS];
  struct wr_tile_name name = {{0}, tile->w, tile->h};
  uint32_t *to = m;
  for (int32_t y = 0; y < tile->h; y++) {
    const uint32_t *from = wr_picture_at(p, tile->x, tile->y + y);
    for (int32_t x = 0; x < tile->w; x++)
      *to++ = from[x] & WR_PIXEL_RGB;
  }
  memset(to, 0, (size_t)(m + TILE_PIXELS - to) * sizeof *m);
  wr_tile_sums(m, c->key, name.sums);
  return name;
}

static int32_t *head_of(const struct wr_tile_cache *c, const struct wr_tile_name *name) {
  const uint64_t mixed = (name->sums[0] ^ name->sums[1]) * 0x9e3779b97f4a7c15u;
  return &c->heads[mixed >> 52];
}

static bool same(const struct wr_tile_name *a, const struct wr_tile_name *b) {
  return memcmp(a->sums, b->sums, sizeof a->sums) == 0 && a->w == b->w && a->h == b->h;
}

static void take_out(struct wr_tile_cache *c, int32_t slot) {
  struct wr_cache_slot *s = &c->items[slot];
  if (s->newer == NONE)
    c->newest = s->older;
  else
    c->items[s->newer].older = s->older;
  if (s->older == NONE)
    c->oldest = s->newer;
  else
    c->items[s->older].newer = s->newer;
}

static void put_first(struct wr_tile_cache *c, int32_t slot) {
  c->items[slot].frame = c->frame;
  c->items[slot].newer = NONE;
  c->items[slot].older = c->newest;
  if (c->newest == NONE)
    c->oldest = slot;
  else
    c->items[c->newest].newer = slot;
  c->newest = slot;
}

void wr_tile_cache_touch(struct wr_tile_cache *c, int32_t slot) {
  take_out(c, slot);
  put_first(c, slot);
}

int32_t wr_tile_cache_find(struct wr_tile_cache *c, const struct wr_tile_name *name) {
  for (int32_t slot = *head_of(c, name); slot != NONE; slot = c->items[slot].next) {
    if (!same(&c->items[slot].name, name))
      continue;
    wr_tile_cache_touch(c, slot);
    return slot;
  }
  return NONE;
}

static void unlink_name(struct wr_tile_cache *c, int32_t slot) {
  int32_t *at = head_of(c, &c->items[slot].name);
  while (*at != slot)
    at = &c->items[*at].next;
  *at = c->items[slot].next;
}

int32_t wr_tile_cache_put(struct wr_tile_cache *c, const struct wr_tile_name *name) {
  int32_t slot = c->used;
  if (slot < c->slots) {
    c->used++;
  } else {
    slot = c->oldest;
    if (c->items[slot].frame == c->frame)
      return NONE;
    take_out(c, slot);
    unlink_name(c, slot);
  }
  int32_t *head = head_of(c, name);
  c->items[slot].name = *name;
  c->items[slot].next = *head;
  *head = slot;
  put_first(c, slot);
  return slot;
}
