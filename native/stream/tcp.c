#include "tcp.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

/* A millisecond of 1 Gbit/s: less would make a fast link wait for us. */
#define NOT_SENT_BYTES 131072

/* A peer that is gone is known after 4 + 4 seconds where nothing is said, and four words must be
 * lost to mistake it; what was sent and is not acknowledged is waited for as long, on every
 * connection: a way may be cut for one that was quiet, while the others of its link live. */
#define QUIET_S 4
#define AGAIN_S 1
#define GONE_MS 7500

/* It keeps its rate where packets are lost for another reason than a full queue. */
#define CONGESTION "bbr"

void wr_tcp_tune(int fd) {
  int on = 1, not_sent = NOT_SENT_BYTES, gone_ms = GONE_MS;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &not_sent, sizeof not_sent);
  setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, CONGESTION, sizeof CONGESTION - 1);
  setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &gone_ms, sizeof gone_ms);
}

int wr_tcp_watch(int fd) {
  int on = 1, quiet_s = QUIET_S, again_s = AGAIN_S;
  if (setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &quiet_s, sizeof quiet_s) != 0 ||
      setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &again_s, sizeof again_s) != 0 ||
      setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) != 0)
    return -errno;
  return 0;
}

int wr_tcp_look(int fd, struct wr_tcp_path *path) {
  struct tcp_info info;
  socklen_t bytes = sizeof info;
  memset(&info, 0, sizeof info);
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &bytes) != 0)
    return -errno;
  if (bytes < offsetof(struct tcp_info, tcpi_delivery_rate) + sizeof info.tcpi_delivery_rate)
    return -ENOSYS;
  *path = (struct wr_tcp_path){
      .rtt_us = info.tcpi_rtt,
      .rtt_variation_us = info.tcpi_rttvar,
      .least_rtt_us = info.tcpi_min_rtt,
      .delivery_bytes_per_s = info.tcpi_delivery_rate,
      .delivery_is_limited = info.tcpi_delivery_rate_app_limited,
      .not_sent_bytes = info.tcpi_notsent_bytes,
      .in_flight_bytes = (uint64_t)info.tcpi_unacked * info.tcpi_snd_mss,
      .window_bytes = (uint64_t)info.tcpi_snd_cwnd * info.tcpi_snd_mss,
      .retransmitted_segments = info.tcpi_total_retrans,
  };
  return 0;
}
