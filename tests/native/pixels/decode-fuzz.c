/* libFuzzer target: the input is the counts of regions and videos, the videos, the regions and the
 * payload. Run for long with
 *   meson setup native/build-fuzz native -Dbuildtype=debugoptimized -Db_sanitize=address,undefined
 *     (with CC=clang CXX=clang++), ninja -C native/build-fuzz pixels/decode-fuzz
 *   native/build-fuzz/pixels/decode-fuzz -max_total_time=600 */
#include "decoder.h"

#include <stdlib.h>
#include <string.h>

#define WIDTH 33
#define HEIGHT 17
#define REGIONS 7
#define VIDEOS 3

struct input {
  const uint8_t *data;
  size_t size;
};

/* Small numbers, so that they meet often; a bit of `large` makes one of them as large as they go.
 */
struct numbers {
  uint8_t kind, large;
  int8_t value[6];
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
  return n->value[i] * (n->large >> i & 1 ? 1 << 24 : 1);
}

/* Where the picture lies comes off the wire, its size is the decoder's own; and the memory has just
 * that size, so that a read beyond it is seen. */
static bool take_video(struct input *in, struct wr_video_picture *video) {
  struct numbers n;
  if (!take(in, &n, sizeof n))
    return false;
  const struct wr_rect rect = {number(&n, 0), number(&n, 1), 1 + (n.value[2] & 63),
                               1 + (n.value[3] & 31)};
  *video =
      (struct wr_video_picture){n.kind & VIDEOS, rect, calloc((size_t)rect.w * (size_t)rect.h, 4)};
  return video->pixels != NULL;
}

static bool take_regions(struct input *in, struct wr_region *regions, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct numbers n;
    if (!take(in, &n, sizeof n))
      return false;
    regions[i] = (struct wr_region){n.kind & 7,    number(&n, 0), number(&n, 1), number(&n, 2),
                                    number(&n, 3), number(&n, 4), number(&n, 5)};
  }
  return true;
}

static void apply(struct input *in, const struct wr_video_picture *videos, size_t video_count,
                  uint8_t counts) {
  static struct wr_decoder *decoder;
  struct wr_region regions[REGIONS];
  const size_t count = counts & REGIONS;
  if ((!decoder && !(decoder = wr_decoder_create(16))) || !take_regions(in, regions, count))
    return;
  struct wr_picture picture = {calloc((size_t)WIDTH * HEIGHT, 4), WIDTH, HEIGHT};
  const struct wr_update update = {.regions = regions,
                                   .region_count = count,
                                   .payload = in->data,
                                   .payload_length = in->size,
                                   .compressed = counts & 8,
                                   .videos = videos,
                                   .video_count = video_count};
  struct wr_decode_error error;
  if (picture.pixels)
    wr_decoder_apply(decoder, &picture, &update, &error);
  free(picture.pixels);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct input in = {data, size};
  struct wr_video_picture videos[VIDEOS];
  uint8_t counts;
  if (!take(&in, &counts, sizeof counts))
    return 0;
  const size_t wanted = counts >> 4 & VIDEOS;
  size_t taken = 0;
  while (taken < wanted && take_video(&in, &videos[taken]))
    taken++;
  if (taken == wanted)
    apply(&in, videos, taken, counts);
  while (taken > 0)
    free((void *)videos[--taken].pixels);
  return 0;
}
