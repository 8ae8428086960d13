/* What the kernel does for, and knows of, a TCP connection. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wr_tcp_path {
  uint64_t rtt_us, rtt_variation_us, least_rtt_us;
  uint64_t delivery_bytes_per_s; /* as measured while it was not held up by the sender, mostly */
  bool delivery_is_limited;      /* by the sender: the path may be able to do more */
  uint64_t not_sent_bytes;       /* that the kernel has taken but not sent */
  uint64_t in_flight_bytes;
  uint64_t window_bytes; /* that may be in flight */
  uint64_t retransmitted_segments;
};

/* Small messages go at once, and the kernel takes no more than it can soon send: what waits with
 * us is known to wait. BBR sets its rate, where the kernel has it and lets this user choose it. The
 * connection fails with ETIMEDOUT about eight seconds after it said something to a peer whose
 * machine, or the way to it, is gone; or after the peer stopped reading with more waiting for it
 * than its kernel takes. Other sockets are left as they are. */
void wr_tcp_tune(int fd);
/* From now on it fails so where nothing is said, too. A process that hangs is noticed by nothing
 * else. 0, or -errno where it is not TCP. */
int wr_tcp_watch(int fd);
/* 0 or -errno. */
int wr_tcp_look(int fd, struct wr_tcp_path *path);

#ifdef __cplusplus
}
#endif
