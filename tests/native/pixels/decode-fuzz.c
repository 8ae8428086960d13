/* libFuzzer target: the input is a session of several updates to one decoder, so that what an
 * update leaves (kept tiles, what fine regions taught) meets the next ones. Numbers are small and
 * meet often, or lie on the edges of tiles and of the picture, or are as large as they go. Payloads
 * are the input's own bytes, or fitted to the regions and packed, so that the ways behind the
 * checks are walked too. A refused update must leave the picture as it was. Run for long with meson
 * setup native/build-fuzz native -Dbuildtype=debugoptimized -Db_sanitize=address,undefined (with
 * CC=clang CXX=clang++), ninja -C native/build-fuzz pixels/decode-fuzz
 *   native/build-fuzz/pixels/decode-fuzz -max_total_time=600 */
#include "decoder.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* Three by two tiles and a bit. */
#define WIDTH 150
#define HEIGHT 70
#define REGIONS 15
#define VIDEOS 3
#define TILES 6
#define UPDATES 8
#define PAYLOAD_MAX (3 * WIDTH * HEIGHT + 64)

struct input {
  const uint8_t *data;
  size_t size;
};

/* How each number is meant: two bits of `kinds`. */
enum meaning { SMALL, EDGE, BYTE, HUGE_ONE };

struct numbers {
  uint8_t encoding, value[6];
  uint16_t kinds;
};

struct head {
  uint8_t regions, videos, payload, length;
};

/* What is done with the payload, by the low bits of head.payload. */
enum payload { OWN, FITTED, PACKED, PACKED_WRONGLY };

struct session {
  struct wr_decoder *decoder;
  struct wr_picture picture;
  uint8_t payload[PAYLOAD_MAX], packed[PAYLOAD_MAX + 1024];
  uint32_t before[WIDTH * HEIGHT];
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool take(struct input *in, void *out, size_t size) {
  if (in->size < size)
    return false;
  memcpy(out, in->data, size);
  in->data += size;
  in->size -= size;
  return true;
}

static int32_t number(const struct numbers *n, int i) {
  static const int32_t edges[] = {0,           1,     63,     64,          65, 128,
                                  WIDTH - 128, WIDTH, HEIGHT, HEIGHT - 64, -1};
  static const int32_t huge[] = {INT32_MAX, INT32_MIN, 0xffffff, 0x1000000, 1 << 16, -(1 << 24)};
  const uint8_t value = n->value[i];
  switch ((enum meaning)(n->kinds >> (2 * i) & 3)) {
  case SMALL:
    return value % 8;
  case EDGE:
    return edges[value % (sizeof edges / sizeof *edges)];
  case BYTE:
    return value;
  default:
    return huge[value % (sizeof huge / sizeof *huge)];
  }
}

/* Where the picture lies comes off the wire, its size is the decoder's own; and the memory has just
 * that size, so that a read beyond it is seen. */
static bool take_video(struct input *in, struct wr_video_picture *video) {
  struct numbers n;
  if (!take(in, &n, sizeof n))
    return false;
  const struct wr_rect rect = {number(&n, 0), number(&n, 1), 1 + (n.value[2] & 63),
                               1 + (n.value[3] & 31)};
  *video = (struct wr_video_picture){n.encoding & VIDEOS, rect,
                                     calloc((size_t)rect.w * (size_t)rect.h, 4)};
  return video->pixels != NULL;
}

/* The bytes that the regions take as planes, were they sound. */
static size_t take_regions(struct input *in, struct wr_region *regions, size_t *count) {
  uint64_t length = 0;
  for (size_t i = 0; i < *count; i++) {
    struct numbers n;
    if (!take(in, &n, sizeof n)) {
      *count = i;
      break;
    }
    const int32_t encoding = n.encoding < 250 ? n.encoding % 8 : 8 - n.encoding;
    regions[i] = (struct wr_region){encoding,      number(&n, 0), number(&n, 1), number(&n, 2),
                                    number(&n, 3), number(&n, 4), number(&n, 5)};
    if (wr_region_has_payload(&regions[i]) && regions[i].w > 0 && regions[i].h > 0)
      length += 3 * (uint64_t)regions[i].w * (uint64_t)regions[i].h;
  }
  return length < PAYLOAD_MAX ? (size_t)length : PAYLOAD_MAX;
}

/* Gives the length and where the bytes are. */
static const uint8_t *make_payload(struct session *s, struct input *in, const struct head *head,
                                   size_t wanted, size_t *length) {
  const size_t own = head->length < in->size ? head->length : in->size;
  const uint8_t *bytes = in->data;
  in->data += own;
  in->size -= own;
  *length = own;
  if ((head->payload & 3) == OWN)
    return bytes;
  for (size_t i = 0; i < wanted; i++)
    s->payload[i] = own ? bytes[i % own] : (uint8_t)i;
  *length = wanted;
  if ((head->payload & 3) == FITTED)
    return s->payload;
  const size_t packed = ZSTD_compress(s->packed, sizeof s->packed, s->payload, wanted, 1);
  *length = ZSTD_isError(packed) ? 0 : packed;
  if ((head->payload & 3) == PACKED_WRONGLY)
    for (size_t i = 0; i<own && * length> 0; i++)
      s->packed[bytes[i] % *length] ^= (uint8_t)(1 << (bytes[i] & 7));
  return s->packed;
}

/* On the heap with just its length. */
static void apply(struct session *s, const struct wr_update *u, const uint8_t *bytes) {
  uint8_t *payload = malloc(u->payload_length + 1);
  if (!payload)
    return;
  memcpy(payload, bytes, u->payload_length);
  struct wr_update update = *u;
  update.payload = payload + (u->payload_length == 0);
  memcpy(s->before, s->picture.pixels, sizeof s->before);
  struct wr_decode_error error = {0};
  if (!wr_decoder_apply(s->decoder, &s->picture, &update, &error) &&
      (!error.reason || memcmp(s->before, s->picture.pixels, sizeof s->before) != 0))
    abort();
  free(payload);
}

static bool play_update(struct session *s, struct input *in) {
  struct head head;
  if (!take(in, &head, sizeof head))
    return false;
  struct wr_video_picture videos[VIDEOS];
  size_t video_count = 0;
  while (video_count < (head.videos & VIDEOS) && take_video(in, &videos[video_count]))
    video_count++;
  struct wr_region regions[REGIONS];
  size_t count = head.regions & REGIONS, length;
  const size_t wanted = take_regions(in, regions, &count);
  const uint8_t *bytes = make_payload(s, in, &head, wanted, &length);
  const struct wr_update update = {.regions = regions,
                                   .region_count = count,
                                   .payload_length = length,
                                   .compressed =
                                       (head.payload & 2) != 0 || (head.payload & 128) != 0,
                                   .fine = (head.payload & 64) != 0,
                                   .videos = videos,
                                   .video_count = video_count};
  apply(s, &update, bytes);
  if ((head.videos & 0xf0) == 0xf0)
    wr_decoder_forget(s->decoder);
  while (video_count > 0)
    free((void *)videos[--video_count].pixels);
  return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct session session;
  struct input in = {data, size};
  session.decoder = wr_decoder_create(TILES);
  session.picture = (struct wr_picture){calloc((size_t)WIDTH * HEIGHT, 4), WIDTH, HEIGHT};
  if (session.decoder && session.picture.pixels)
    for (int i = 0; i < UPDATES && play_update(&session, &in); i++)
      ;
  wr_decoder_destroy(session.decoder);
  free(session.picture.pixels);
  return 0;
}
