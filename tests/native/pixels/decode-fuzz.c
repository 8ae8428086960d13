/* libFuzzer target: the input is a region count, the regions and the payload. Run for long with
 *   meson setup native/build-fuzz native -Dbuildtype=debugoptimized -Db_sanitize=address,undefined
 *     (with CC=clang CXX=clang++), ninja -C native/build-fuzz pixels/decode-fuzz
 *   native/build-fuzz/pixels/decode-fuzz -max_total_time=600 */
#include "decoder.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct wr_decoder *decoder;
  if (!decoder && !(decoder = wr_decoder_create()))
    return 0;
  if (size < 2)
    return 0;
  struct wr_picture picture = {calloc(33 * 17, 4), 33, 17};
  const size_t count = data[0] & 7, bytes = count * sizeof(struct wr_region);
  const bool compressed = data[1] & 1;
  if (!picture.pixels || size - 2 < bytes) {
    free(picture.pixels);
    return 0;
  }
  struct wr_region regions[8];
  memcpy(regions, data + 2, bytes);
  const struct wr_update update = {regions, count, data + 2 + bytes, size - 2 - bytes, compressed,
                                   NULL,    0};
  struct wr_decode_error error;
  wr_decoder_apply(decoder, &picture, &update, &error);
  free(picture.pixels);
  return 0;
}
