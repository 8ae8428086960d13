/* Adaptive binary arithmetic coding: each choice takes as many bits as it was surprising. Writing
 * and reading are one function, so that both sides cannot differ.
 *
 * The state is an interval low..high of 32 bits. A choice of probability p/65536 for 1 splits it at
 * low + floor((high - low) * p / 65536): 1 takes the lower part. Leading bytes that low and high
 * share are written. The end is the shortest string that lies in the interval when zeros follow;
 * zeros at its end are left away, so every string of bytes can be read. */
#ifndef WR_BITS_H
#define WR_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How likely a choice is 1, and how often it was made: the first ones teach most. */
struct wr_chance {
  uint16_t p;
  uint8_t seen;
};

struct wr_bits {
  uint32_t low, high, code;
  bool writes;
  const uint8_t *in;
  size_t in_length, at;
  uint8_t *out; /* grows; belongs to who reads it */
  size_t capacity;
  bool failed; /* no memory to write to */
};

void wr_bits_read(struct wr_bits *bits, const uint8_t *in, size_t length);
/* Keeps `out` and its room of the last time, unless that was a page's. */
void wr_bits_write(struct wr_bits *bits);
/* Ends writing: `at` bytes of `out` are the result. */
void wr_bits_end(struct wr_bits *bits);
void wr_bits_put(struct wr_bits *bits, uint8_t byte);

#define WR_CHANCE_LEARNED 30
/* 65536 / (seen + 1.6) */
extern const uint16_t wr_chance_rates[WR_CHANCE_LEARNED + 1];

static inline void wr_chance_learn(struct wr_chance *c, uint32_t bit) {
  const uint32_t rate = wr_chance_rates[c->seen];
  if (bit)
    c->p = (uint16_t)(c->p + ((65504u - c->p) * rate >> 16));
  else
    c->p = (uint16_t)(c->p - ((c->p - 32u) * rate >> 16));
  c->seen = (uint8_t)(c->seen + (c->seen < WR_CHANCE_LEARNED));
}

static inline uint32_t wr_bits_next(struct wr_bits *b) {
  return b->at < b->in_length ? b->in[b->at++] : 0;
}

/* Writes `bit`, or reads it. */
static inline uint32_t wr_bits_code(struct wr_bits *b, struct wr_chance *chance, uint32_t bit) {
  const uint32_t range = b->high - b->low;
  const uint32_t middle = b->low + (uint32_t)((uint64_t)range * chance->p >> 16);
  if (!b->writes)
    bit = b->code <= middle;
  if (bit)
    b->high = middle;
  else
    b->low = middle + 1;
  wr_chance_learn(chance, bit);
  while ((b->low ^ b->high) >> 24 == 0) {
    if (!b->writes)
      b->code = b->code << 8 | wr_bits_next(b);
    else
      wr_bits_put(b, (uint8_t)(b->high >> 24));
    b->low <<= 8;
    b->high = b->high << 8 | 255;
  }
  return bit;
}

#endif
