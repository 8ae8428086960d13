#include "clients.h"

#include "control.h"

#include <sys/socket.h>
#include <unistd.h>

enum { DESCRIPTOR_MAX = 1024 };

/* By descriptor: a number of the past is overwritten when the descriptor is used again. */
static int numbers[DESCRIPTOR_MAX];

int wr_clients_add(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
    return -1;
  int number = wr_control_send(ends[1], "{\"op\":\"add_client\"}");
  close(ends[1]);
  if (number < 0 || ends[0] >= DESCRIPTOR_MAX) {
    close(ends[0]);
    return -1;
  }
  numbers[ends[0]] = number;
  return ends[0];
}

int wr_clients_number(int fd) { return fd >= 0 && fd < DESCRIPTOR_MAX ? numbers[fd] : -1; }
