/* What a connection is set to. */
#include "tcp.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);                \
      abort();                                                                                     \
    }                                                                                              \
  } while (0)

static void congestion_of(int fd, char name[16]) {
  socklen_t length = 16;
  memset(name, 0, 16);
  CHECK(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length) == 0);
}

static bool allows_bbr(void) {
  char names[256] = "";
  FILE *file = fopen("/proc/sys/net/ipv4/tcp_allowed_congestion_control", "r");
  if (!file)
    return false;
  const bool read = fgets(names, sizeof names, file) != NULL;
  fclose(file);
  return read && strstr(names, "bbr");
}

int main(void) {
  char before[16], after[16];
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 0;
  socklen_t length = sizeof on;
  CHECK(fd >= 0);
  /* In every kernel, and allowed to everybody. */
  CHECK(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4) == 0);
  congestion_of(fd, before);
  wr_tcp_tune(fd);
  congestion_of(fd, after);
  CHECK(strcmp(after, "bbr") == 0 || (!allows_bbr() && strcmp(after, before) == 0));
  CHECK(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &length) == 0 && on != 0);
  close(fd);
  /* A session's process on the same machine. */
  int pair[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  wr_tcp_tune(pair[0]);
  close(pair[0]);
  close(pair[1]);
  return 0;
}
