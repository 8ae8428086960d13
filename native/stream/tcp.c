#include "tcp.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

/* A millisecond of 1 Gbit/s: less would make a fast link wait for us. */
#define NOT_SENT_BYTES 131072

void wr_tcp_tune(int fd) {
  int on = 1, not_sent = NOT_SENT_BYTES;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &not_sent, sizeof not_sent);
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
