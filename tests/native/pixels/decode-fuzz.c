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

/* The size is the decoder's own; where the picture lies comes off the wire. */
struct video_head {
  int32_t x, y;
  uint8_t stream, width, height;
} __attribute__((packed));

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool take(struct input *in, void *out, size_t size) {
  if (in->size < size)
    return false;
  memcpy(out, in->data, size);
  in->data += size;
  in->size -= size;
  return true;
}

/* Of just its size, so that a read beyond it is seen. */
static bool take_video(struct input *in, struct wr_video_picture *video) {
  struct video_head head;
  if (!take(in, &head, sizeof head))
    return false;
  const int32_t w = 1 + (head.width & 63), h = 1 + (head.height & 31);
  *video = (struct wr_video_picture){
      head.stream & 3, {head.x, head.y, w, h}, calloc((size_t)(w * h), 4)};
  return video->pixels != NULL;
}

static void apply(struct input *in, const struct wr_video_picture *videos, size_t video_count,
                  uint8_t counts) {
  static struct wr_decoder *decoder;
  struct wr_region regions[REGIONS];
  const size_t count = counts & REGIONS;
  if ((!decoder && !(decoder = wr_decoder_create())) || !take(in, regions, count * sizeof *regions))
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
