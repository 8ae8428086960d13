/* Integer names for things whose lifetime libwayland decides: a stale name finds nothing. */
#ifndef WR_HANDLES_H
#define WR_HANDLES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 22 bits of index below 30 bits of generation: exact in a double. 0 is never given out. */
typedef uint64_t wr_handle;
#define WR_HANDLE_INDEX_BITS 22
#define WR_HANDLE_MAX_ITEMS (1u << WR_HANDLE_INDEX_BITS)

static inline uint32_t wr_handle_index(wr_handle handle) {
  return (uint32_t)(handle & (WR_HANDLE_MAX_ITEMS - 1));
}

struct wr_handle_slot {
  void *item;
  uint32_t generation;
  uint32_t next_free;
};

struct wr_handles {
  struct wr_handle_slot *slots;
  uint32_t capacity, free_head, free_tail, live;
};

/* 0 when memory or indexes have run out. `item` must not be NULL. */
wr_handle wr_handles_add(struct wr_handles *handles, void *item);
/* NULL for whatever is not a live handle. */
void *wr_handles_get(const struct wr_handles *handles, wr_handle handle);
void *wr_handles_at(const struct wr_handles *handles, uint32_t index);
void wr_handles_remove(struct wr_handles *handles, wr_handle handle);
void wr_handles_free(struct wr_handles *handles);

#ifdef __cplusplus
}
#endif
#endif
