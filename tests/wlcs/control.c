#include "control.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { MESSAGE_MAX = 1024, ANSWER_TIMEOUT_S = 10, LOST_COMPOSITOR_STATUS = 70 };

static int control = -1;

__attribute__((noreturn)) static void give_up(const char *what) {
  fprintf(stderr, "compositor under test: %s: %m\n", what);
  fflush(NULL);
  _exit(LOST_COMPOSITOR_STATUS);
}

void wr_control_connect(void) {
  const char *path = getenv("WAYRAY_WLCS_CONTROL");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct timeval timeout = {.tv_sec = ANSWER_TIMEOUT_S};
  if (control >= 0)
    return;
  if (!path || strlen(path) >= sizeof address.sun_path)
    give_up("WAYRAY_WLCS_CONTROL names no socket");
  strcpy(address.sun_path, path);
  control = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (control < 0 || connect(control, (struct sockaddr *)&address, sizeof address) < 0)
    give_up(path);
  setsockopt(control, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
}

static void send_packet(char *text, size_t length, int fd) {
  struct iovec part = {.iov_base = text, .iov_len = length};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } passed = {0};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (fd >= 0) {
    message.msg_control = passed.bytes;
    message.msg_controllen = sizeof passed.bytes;
    passed.header.cmsg_level = SOL_SOCKET;
    passed.header.cmsg_type = SCM_RIGHTS;
    passed.header.cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(&passed.header), &fd, sizeof fd);
  }
  if (sendmsg(control, &message, MSG_NOSIGNAL) < 0)
    give_up("sendmsg");
}

int wr_control_send(int fd, const char *format, ...) {
  char text[MESSAGE_MAX];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  send_packet(text, (size_t)length, fd);

  char answer[MESSAGE_MAX];
  ssize_t received = recv(control, answer, sizeof answer - 1, 0);
  if (received <= 0)
    give_up("no answer");
  answer[received] = '\0';
  if (!strstr(answer, "\"ok\":true"))
    fprintf(stderr, "compositor under test refuses %s: %s\n", text, answer);
  const char *client = strstr(answer, "\"client\":");
  return client ? atoi(client + strlen("\"client\":")) : -1;
}
