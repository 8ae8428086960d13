#include "pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Less comes from the heap: nothing is gained, and mappings are counted. */
#define BIG_PAGE ((size_t)2 << 20)
/* A multiple of the pages of any kernel. */
#define SMALL_PAGE ((size_t)64 << 10)
/* Of what is taken, at most such a part more, so that its end is a big page, too. */
#define WASTE_PART 32

#if defined(__SANITIZE_ADDRESS__)

/* Where the sanitizer sees who reads beyond the end. */
void *wr_pages_take(size_t bytes) { return bytes ? calloc(bytes, 1) : NULL; }

void wr_pages_give(void *pages, size_t bytes) {
  (void)bytes;
  free(pages);
}

#else

static size_t up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

static size_t mapped_bytes(size_t bytes) {
  const size_t whole = up(bytes, BIG_PAGE);
  return whole - bytes <= bytes / WASTE_PART ? whole : up(bytes, SMALL_PAGE);
}

void *wr_pages_take(size_t bytes) {
  if (bytes == 0 || bytes > SIZE_MAX / 2)
    return NULL;
  if (bytes < BIG_PAGE)
    return calloc(bytes, 1);
  const size_t length = mapped_bytes(bytes), reserved = up(length, BIG_PAGE) + BIG_PAGE;
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
  uint8_t *from = mmap(NULL, reserved, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (from == MAP_FAILED)
    return NULL;
  const size_t before = (BIG_PAGE - (uintptr_t)from % BIG_PAGE) % BIG_PAGE;
  if (before > 0)
    munmap(from, before);
  munmap(from + before + length, reserved - before - length);
  /* Where there are no big pages, small ones do. */
  madvise(from + before, length, MADV_HUGEPAGE);
  return from + before;
}

void wr_pages_give(void *pages, size_t bytes) {
  if (bytes < BIG_PAGE)
    free(pages);
  else if (pages)
    munmap(pages, mapped_bytes(bytes));
}

#endif
