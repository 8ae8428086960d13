#include "link-direction.h"

#include <stdlib.h>
#include "random.h"

bool wr_link_open(struct wr_link_direction *link, struct wr_link_model model) {
  *link = (struct wr_link_direction){.model = model, .random = wr_random_seed(1)};
  link->queue = calloc(WR_LINK_QUEUE_MAX, sizeof *link->queue);
  return link->queue != NULL;
}

struct wr_link_packet *wr_link_slot(struct wr_link_direction *link) {
  /* One slot stays free: the packet handed out last must not be overwritten. */
  bool full = link->tail - link->head >= WR_LINK_QUEUE_MAX - 1;
  return full ? NULL : &link->queue[link->tail % WR_LINK_QUEUE_MAX];
}

static bool is_lost(struct wr_link_direction *link) {
  return link->model.loss_ppm > 0 &&
         (wr_random_next(&link->random) >> 4) % 1000000 < link->model.loss_ppm;
}

void wr_link_accept(struct wr_link_direction *link, size_t length, int64_t now_ns) {
  link->bytes += length;
  link->packets++;
  if (link->first_ns == 0)
    link->first_ns = now_ns;
  int64_t most_ns = link->model.queue_ns > 0 ? link->model.queue_ns : WR_LINK_QUEUE_NS;
  int64_t waits_ns = wr_link_queue_ns(link, now_ns);
  bool overflows = waits_ns > most_ns;
  if (overflows || is_lost(link)) {
    link->dropped++;
    return;
  }
  if (waits_ns > link->longest_ns)
    link->longest_ns = waits_ns;
  link->free_at_ns = now_ns + waits_ns;
  link->free_at_ns += (int64_t)((double)length * link->model.ns_per_byte);
  struct wr_link_packet *packet = &link->queue[link->tail % WR_LINK_QUEUE_MAX];
  packet->length = length;
  packet->due_ns = link->free_at_ns + link->model.delay_ns;
  link->tail++;
}

void wr_link_change(struct wr_link_direction *link, struct wr_link_model model) {
  link->model = model;
}

int64_t wr_link_queue_ns(const struct wr_link_direction *link, int64_t now_ns) {
  return link->free_at_ns > now_ns ? link->free_at_ns - now_ns : 0;
}

struct wr_link_packet *wr_link_take(struct wr_link_direction *link, int64_t now_ns) {
  if (wr_link_due_ns(link) > now_ns)
    return NULL;
  return &link->queue[link->head++ % WR_LINK_QUEUE_MAX];
}

int64_t wr_link_due_ns(const struct wr_link_direction *link) {
  if (link->head == link->tail)
    return INT64_MAX;
  return link->queue[link->head % WR_LINK_QUEUE_MAX].due_ns;
}
