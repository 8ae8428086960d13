#include "link-direction.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                              \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

static const int64_t start_ns = 1000;

static void passes_at_once_without_a_model(void) {
  struct wr_link_direction link;
  CHECK(wr_link_open(&link, (struct wr_link_model){0}));
  CHECK(wr_link_slot(&link));
  wr_link_accept(&link, 100, start_ns);
  CHECK(wr_link_take(&link, start_ns)->length == 100);
  CHECK(!wr_link_take(&link, start_ns));
  CHECK(link.bytes == 100 && link.packets == 1 && link.dropped == 0 && link.first_ns == start_ns);
  free(link.queue);
}

static void delays_and_spaces_by_the_rate(void) {
  struct wr_link_direction link;
  CHECK(wr_link_open(&link, (struct wr_link_model){.delay_ns = 5000, .ns_per_byte = 10}));
  wr_link_accept(&link, 100, start_ns);
  wr_link_accept(&link, 200, start_ns);
  CHECK(wr_link_due_ns(&link) == start_ns + 1000 + 5000);
  CHECK(!wr_link_take(&link, start_ns + 5999));
  CHECK(wr_link_take(&link, start_ns + 6000));
  CHECK(wr_link_due_ns(&link) == start_ns + 3000 + 5000);
  free(link.queue);
}

static void drops_what_would_wait_too_long(void) {
  struct wr_link_direction link;
  CHECK(wr_link_open(&link, (struct wr_link_model){.ns_per_byte = 1e6}));
  for (int i = 0; i < 5; i++)
    wr_link_accept(&link, 60, start_ns);
  CHECK(link.dropped == 3);
  free(link.queue);
}

static void changes_while_it_carries(void) {
  struct wr_link_direction link;
  CHECK(wr_link_open(&link, (struct wr_link_model){.delay_ns = 5000, .ns_per_byte = 10}));
  wr_link_accept(&link, 100, start_ns);
  wr_link_change(&link, (struct wr_link_model){.ns_per_byte = 1000, .queue_ns = 50000});
  wr_link_accept(&link, 60, start_ns);
  CHECK(wr_link_due_ns(&link) == start_ns + 1000 + 5000);
  CHECK(wr_link_queue_ns(&link, start_ns) == 1000 + 60000 && link.longest_ns == 1000);
  wr_link_accept(&link, 60, start_ns);
  CHECK(link.dropped == 1);
  CHECK(wr_link_queue_ns(&link, start_ns + 100000) == 0);
  free(link.queue);
}

static void loses_about_as_many_as_told(void) {
  struct wr_link_direction link;
  CHECK(wr_link_open(&link, (struct wr_link_model){.loss_ppm = 100000}));
  for (int i = 0; i < 10000; i++) {
    wr_link_accept(&link, 60, start_ns);
    wr_link_take(&link, start_ns);
  }
  CHECK(link.dropped > 800 && link.dropped < 1200);
  free(link.queue);
}

static void is_bounded(void) {
  struct wr_link_direction link;
  CHECK(wr_link_open(&link, (struct wr_link_model){.delay_ns = 1}));
  uint32_t accepted = 0;
  for (; wr_link_slot(&link) && accepted <= WR_LINK_QUEUE_MAX; accepted++)
    wr_link_accept(&link, 60, start_ns);
  CHECK(accepted == WR_LINK_QUEUE_MAX - 1);
  free(link.queue);
}

int main(void) {
  passes_at_once_without_a_model();
  delays_and_spaces_by_the_rate();
  drops_what_would_wait_too_long();
  changes_while_it_carries();
  loses_about_as_many_as_told();
  is_bounded();
  return 0;
}
