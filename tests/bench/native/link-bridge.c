/*
 * Joins two network namespaces by a link with delay, rate and loss, and counts what passes.
 *   link-bridge NAMESPACE_A ADDRESS_A NAMESPACE_B ADDRESS_B DELAY_MS RATE_MBIT LOSS_PPM
 * DELAY_MS is one way; a rate of 0 is unlimited. One command per line on stdin:
 *   stats -> stats BYTES PACKETS DROPPED (A to B) BYTES PACKETS DROPPED (B to A) FIRST_NS QUEUE_NS
 *   arm   -> armed                       FIRST_NS starts over
 *   set DELAY_MS RATE_MBIT LOSS_PPM QUEUE_MS -> set
 *                                    holds from now on; more than QUEUE_MS (0: 100) is dropped
 * QUEUE_NS is the longest that a packet from A had to wait for the wire since the last stats.
 * FIRST_NS is the CLOCK_MONOTONIC time of the first packet from B since the last arm, 0 without
 * one. Ends with its stdin.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "clock.h"
#include "link-direction.h"
#include "link-tun.h"

#define BATCH 64
#define TIMER_SLACK_NS 1000

/* directions[0] carries what is read from tuns[0], the end in namespace A. */
struct bridge {
  int tuns[2];
  struct wr_link_direction directions[2];
};

static void read_packets(struct bridge *bridge, int side) {
  struct wr_link_direction *link = &bridge->directions[side];
  for (int i = 0; i < BATCH; i++) {
    struct wr_link_packet *slot = wr_link_slot(link);
    ssize_t length = slot ? read(bridge->tuns[side], slot->bytes, sizeof slot->bytes) : 0;
    if (length <= 0)
      return;
    wr_link_accept(link, (size_t)length, wr_clock_now_ns());
  }
}

static void write_packets(struct bridge *bridge, int side) {
  struct wr_link_packet *packet;
  while ((packet = wr_link_take(&bridge->directions[side], wr_clock_now_ns())))
    if (write(bridge->tuns[!side], packet->bytes, packet->length) < 0)
      bridge->directions[side].dropped++;
}

static void print_stats(const struct bridge *bridge) {
  fputs("stats", stdout);
  for (int side = 0; side < 2; side++) {
    const struct wr_link_direction *link = &bridge->directions[side];
    printf(" %llu %llu %llu", (unsigned long long)link->bytes, (unsigned long long)link->packets,
           (unsigned long long)link->dropped);
  }
  int64_t queue_ns = wr_link_queue_ns(&bridge->directions[0], wr_clock_now_ns());
  if (queue_ns < bridge->directions[0].longest_ns)
    queue_ns = bridge->directions[0].longest_ns;
  printf(" %lld %lld\n", (long long)bridge->directions[1].first_ns, (long long)queue_ns);
}

static struct wr_link_model model_of(double delay_ms, double rate_mbit, double loss_ppm,
                                     double queue_ms) {
  return (struct wr_link_model){.delay_ns = (int64_t)(delay_ms * 1e6),
                                .ns_per_byte = rate_mbit > 0 ? 8e3 / rate_mbit : 0,
                                .loss_ppm = (uint32_t)loss_ppm,
                                .queue_ns = (int64_t)(queue_ms * 1e6)};
}

static bool change(struct bridge *bridge, const char *line) {
  double delay_ms, rate_mbit, loss_ppm, queue_ms;
  if (sscanf(line, "set %lf %lf %lf %lf", &delay_ms, &rate_mbit, &loss_ppm, &queue_ms) != 4)
    return false;
  for (int side = 0; side < 2; side++)
    wr_link_change(&bridge->directions[side], model_of(delay_ms, rate_mbit, loss_ppm, queue_ms));
  return true;
}

/* False at the end of the input. */
static bool obey(struct bridge *bridge) {
  char line[64];
  if (!fgets(line, sizeof line, stdin))
    return false;
  if (strcmp(line, "stats\n") == 0) {
    print_stats(bridge);
    bridge->directions[0].longest_ns = 0;
  } else if (strcmp(line, "arm\n") == 0) {
    bridge->directions[1].first_ns = 0;
    puts("armed");
  } else if (change(bridge, line)) {
    puts("set");
  } else {
    puts("unknown command");
  }
  fflush(stdout);
  return true;
}

static struct timespec time_until(int64_t due_ns) {
  int64_t wait_ns = due_ns - wr_clock_now_ns();
  if (wait_ns < 0)
    wait_ns = 0;
  return (struct timespec){wait_ns / 1000000000, wait_ns % 1000000000};
}

static bool run_once(struct bridge *bridge) {
  struct pollfd fds[] = {
      {bridge->tuns[0], POLLIN, 0}, {bridge->tuns[1], POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  int64_t due_ns = INT64_MAX;
  for (int side = 0; side < 2; side++) {
    int64_t side_due_ns = wr_link_due_ns(&bridge->directions[side]);
    due_ns = side_due_ns < due_ns ? side_due_ns : due_ns;
    if (!wr_link_slot(&bridge->directions[side]))
      fds[side].fd = -1;
  }
  struct timespec wait = time_until(due_ns);
  ppoll(fds, 3, due_ns == INT64_MAX ? NULL : &wait, NULL);
  for (int side = 0; side < 2; side++) {
    if (fds[side].revents)
      read_packets(bridge, side);
    write_packets(bridge, side);
  }
  return !fds[2].revents || obey(bridge);
}

int main(int argc, char **argv) {
  if (argc != 8) {
    fprintf(stderr, "usage: link-bridge NAMESPACE_A ADDRESS_A NAMESPACE_B ADDRESS_B DELAY_MS "
                    "RATE_MBIT LOSS_PPM\n");
    return 2;
  }
  struct wr_link_model model = model_of(atof(argv[5]), atof(argv[6]), atof(argv[7]), 0);
  static struct bridge bridge;
  for (int side = 0; side < 2; side++) {
    bridge.tuns[side] = wr_tun_open(argv[1 + 2 * side], argv[2 + 2 * side]);
    if (bridge.tuns[side] < 0 || !wr_link_open(&bridge.directions[side], model))
      return 1;
  }
  prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS);
  setvbuf(stdin, NULL, _IONBF, 0);
  puts("ready");
  fflush(stdout);
  while (run_once(&bridge))
    continue;
  return 0;
}
