#include "bits.h"

#include <stdlib.h>

#define FIRST_CAPACITY 4096
/* Pages take more, and are rare. */
#define KEPT_CAPACITY 65536

const uint16_t wr_chance_rates[WR_CHANCE_LEARNED + 1] = {
    40960, 25206, 18204, 14247, 11703, 9930, 8623, 7620, 6827, 6183, 5650,
    5201,  4819,  4489,  4201,  3948,  3724, 3523, 3344, 3181, 3034, 2900,
    2777,  2664,  2560,  2464,  2375,  2291, 2214, 2142, 2074};

void wr_bits_read(struct wr_bits *b, const uint8_t *in, size_t length) {
  *b = (struct wr_bits){.high = UINT32_MAX, .in = in, .in_length = length};
  for (int i = 0; i < 4; i++)
    b->code = b->code << 8 | wr_bits_next(b);
}

void wr_bits_write(struct wr_bits *b) {
  if (b->capacity > KEPT_CAPACITY) {
    free(b->out);
    b->out = NULL;
    b->capacity = 0;
  }
  b->low = 0;
  b->high = UINT32_MAX;
  b->writes = true;
  b->at = 0;
  b->failed = false;
}

void wr_bits_put(struct wr_bits *b, uint8_t byte) {
  if (b->at == b->capacity) {
    const size_t capacity = b->capacity ? 2 * b->capacity : FIRST_CAPACITY;
    uint8_t *out = realloc(b->out, capacity);
    b->failed = b->failed || !out;
    if (!out)
      return;
    b->out = out;
    b->capacity = capacity;
  }
  b->out[b->at++] = byte;
}

void wr_bits_end(struct wr_bits *b) {
  for (int count = 0; b->low > 0 && count < 4; count++) {
    const uint32_t rest = UINT32_MAX >> (8 * (count + 1) - 1) >> 1;
    const uint64_t value = ((uint64_t)b->low + rest) & ~(uint64_t)rest;
    if (value > b->high)
      continue;
    for (int i = 0; i <= count; i++)
      wr_bits_put(b, (uint8_t)(value >> (24 - 8 * i)));
    break;
  }
  while (b->at > 0 && b->out[b->at - 1] == 0)
    b->at--;
}
