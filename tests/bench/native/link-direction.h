#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WR_LINK_PACKET_MAX 1600
#define WR_LINK_QUEUE_MAX 8192
/** Beyond this much waiting, packets are dropped, as at a router with a buffer of 100 ms; unless
 * the model says otherwise. */
#define WR_LINK_QUEUE_NS INT64_C(100000000)

struct wr_link_model {
  int64_t delay_ns;
  double ns_per_byte; /* 0: unlimited */
  uint32_t loss_ppm;
  int64_t queue_ns; /* 0: WR_LINK_QUEUE_NS */
};

struct wr_link_packet {
  int64_t due_ns;
  size_t length;
  unsigned char bytes[WR_LINK_PACKET_MAX];
};

/** One way of a link: packets wait for their time in order. Counters count what was sent into it.
 */
struct wr_link_direction {
  struct wr_link_model model;
  struct wr_link_packet *queue; /* ring of WR_LINK_QUEUE_MAX */
  uint32_t head, tail;
  int64_t free_at_ns; /* when the wire has carried all that was accepted */
  int64_t longest_ns; /* that a packet had to wait for the wire since this was last set to 0 */
  uint32_t random;
  uint64_t bytes, packets, dropped;
  int64_t first_ns; /* time of the first packet since the counters' arming, 0: none yet */
};

/** False when memory is short. */
bool wr_link_open(struct wr_link_direction *link, struct wr_link_model model);

/** The slot for the next packet; NULL when the queue is full. Fill it and call accept. */
struct wr_link_packet *wr_link_slot(struct wr_link_direction *link);

/** Takes the packet of `length` bytes in the slot into the link, or drops it as the model says. */
void wr_link_accept(struct wr_link_direction *link, size_t length, int64_t now_ns);

/** Holds for what is accepted from now on; what waits for the wire waits as before. */
void wr_link_change(struct wr_link_direction *link, struct wr_link_model model);

/** How long a packet that came now would wait for the wire. */
int64_t wr_link_queue_ns(const struct wr_link_direction *link, int64_t now_ns);

/** The next packet whose time has come, or NULL. It stays valid until the next call of slot. */
struct wr_link_packet *wr_link_take(struct wr_link_direction *link, int64_t now_ns);

/** When the next packet is due, or INT64_MAX. */
int64_t wr_link_due_ns(const struct wr_link_direction *link);
