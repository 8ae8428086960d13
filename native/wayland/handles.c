#include "handles.h"

#include <stdbool.h>
#include <stdlib.h>

#define NO_SLOT UINT32_MAX
#define GENERATION_MASK ((1u << 30) - 1)

static bool grow(struct wr_handles *handles) {
  uint32_t capacity = handles->capacity ? handles->capacity * 2 : 64;
  if (capacity > WR_HANDLE_MAX_ITEMS)
    return false;
  struct wr_handle_slot *slots = realloc(handles->slots, capacity * sizeof *slots);
  if (!slots)
    return false;
  for (uint32_t i = handles->capacity; i < capacity; i++)
    slots[i] = (struct wr_handle_slot){NULL, 1, i + 1 < capacity ? i + 1 : NO_SLOT};
  handles->free_head = handles->capacity;
  handles->free_tail = capacity - 1;
  handles->slots = slots;
  handles->capacity = capacity;
  return true;
}

wr_handle wr_handles_add(struct wr_handles *handles, void *item) {
  if ((!handles->capacity || handles->free_head == NO_SLOT) && !grow(handles))
    return 0;
  uint32_t index = handles->free_head;
  struct wr_handle_slot *slot = &handles->slots[index];
  handles->free_head = slot->next_free;
  slot->item = item;
  handles->live++;
  return ((wr_handle)slot->generation << WR_HANDLE_INDEX_BITS) | index;
}

void *wr_handles_at(const struct wr_handles *handles, uint32_t index) {
  return index < handles->capacity ? handles->slots[index].item : NULL;
}

void *wr_handles_get(const struct wr_handles *handles, wr_handle handle) {
  uint32_t index = wr_handle_index(handle);
  if (index >= handles->capacity)
    return NULL;
  const struct wr_handle_slot *slot = &handles->slots[index];
  return slot->generation == handle >> WR_HANDLE_INDEX_BITS ? slot->item : NULL;
}

/* Freed slots queue up at the tail, so that a generation comes round as late as possible. */
void wr_handles_remove(struct wr_handles *handles, wr_handle handle) {
  if (!wr_handles_get(handles, handle))
    return;
  uint32_t index = wr_handle_index(handle);
  struct wr_handle_slot *slot = &handles->slots[index];
  slot->item = NULL;
  slot->generation = (slot->generation + 1) & GENERATION_MASK;
  if (!slot->generation)
    slot->generation = 1;
  slot->next_free = NO_SLOT;
  if (handles->free_head == NO_SLOT)
    handles->free_head = index;
  else
    handles->slots[handles->free_tail].next_free = index;
  handles->free_tail = index;
  handles->live--;
}

void wr_handles_free(struct wr_handles *handles) {
  free(handles->slots);
  *handles = (struct wr_handles){0};
}
