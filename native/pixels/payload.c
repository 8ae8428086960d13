#include "payload.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd_errors.h>

/* A zstd frame has about 10 bytes of its own. */
#define RAW_BELOW 24
/* Small payloads (typing) afford a thorough search: it takes some 0.1 ms. */
#define SMALL_PAYLOAD (8 * 1024)
#define SMALL_LEVEL 12

/* A whole screen's bytes stay nowhere until the next such frame; a film of them keeps its pages. */
#define BIG_PAYLOAD ((size_t)2 << 20)
#define RESTED_FRAMES 32
/* From here on zstd searches in tables of many megabytes, which a context keeps. Links never ask
 * for so much: when they go on, a picture has been prepared. */
#define TABLES_LEVEL 7

/* For what is compressed already. */
static void release_raw(struct wr_payload *p) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  const uintptr_t begin = ((uintptr_t)p->raw + page - 1) & ~(page - 1);
  const uintptr_t end = ((uintptr_t)p->raw + p->capacity) & ~(page - 1);
  if (begin < end)
    madvise((void *)begin, end - begin, MADV_DONTNEED);
  p->holds_big = false;
}

/* A big frame that comes alone, as a first one does, gives back at once. */
static void rest(struct wr_payload *p) {
  const bool big = p->raw_length >= BIG_PAYLOAD;
  p->holds_big |= big;
  if (p->holds_big && p->frames_since_big >= RESTED_FRAMES)
    release_raw(p);
  p->frames_since_big = big ? 0 : p->frames_since_big + 1;
}

bool wr_payload_init(struct wr_payload *p, size_t capacity) {
  p->capacity = capacity;
  p->frames_since_big = RESTED_FRAMES;
  p->raw = malloc(capacity);
  p->packed = malloc(capacity);
  p->context = ZSTD_createCCtx();
  return p->raw && p->packed && p->context;
}

void wr_payload_finish(struct wr_payload *p) {
  free(p->raw);
  free(p->packed);
  ZSTD_freeCCtx(p->context);
}

void wr_payload_clear(struct wr_payload *p) { p->raw_length = 0; }

uint8_t *wr_payload_reserve(struct wr_payload *p, size_t length) {
  if (length > p->capacity - p->raw_length)
    abort();
  uint8_t *at = p->raw + p->raw_length;
  p->raw_length += length;
  return at;
}

static bool give_tables_back(struct wr_payload *p) {
  if (!p->holds_tables)
    return true;
  ZSTD_CCtx *context = ZSTD_createCCtx();
  if (!context)
    return false;
  ZSTD_freeCCtx(p->context);
  p->context = context;
  p->holds_tables = false;
  return true;
}

static bool compress(struct wr_payload *p, int level) {
  p->result = p->raw;
  p->result_length = p->raw_length;
  p->compressed = false;
  if (p->raw_length < RAW_BELOW)
    return true;
  if (p->raw_length <= SMALL_PAYLOAD && level < SMALL_LEVEL)
    level = SMALL_LEVEL;
  ZSTD_CCtx_setParameter(p->context, ZSTD_c_compressionLevel, level);
  const size_t length =
      ZSTD_compress2(p->context, p->packed, p->raw_length - 1, p->raw, p->raw_length);
  if (ZSTD_isError(length)) /* no gain within raw_length - 1 bytes: stay raw */
    return ZSTD_getErrorCode(length) == ZSTD_error_dstSize_tooSmall;
  p->result = p->packed;
  p->result_length = length;
  p->compressed = true;
  rest(p);
  return true;
}

bool wr_payload_compress(struct wr_payload *p, int level, bool more) {
  const bool done = (level >= TABLES_LEVEL || give_tables_back(p)) && compress(p, level);
  p->holds_tables |= level >= TABLES_LEVEL;
  return done && (more || give_tables_back(p));
}
