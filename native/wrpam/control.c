#define _GNU_SOURCE
#include "control.h"

#include "order.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define DEAF_MS 1000

bool wr_control_open(struct wr_control *control, const char *path, const char *record) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  *control = (struct wr_control){.listener = -1, .path = path, .record = record};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return false;
  }
  memcpy(address.sun_path, path, strlen(path) + 1);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return false;
  if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0) {
    if (listen(fd, WR_CONTROL_CLIENTS_MAX) == 0) {
      control->listener = fd;
      return true;
    }
    unlink(path);
  }
  int status = errno;
  close(fd);
  errno = status;
  return false;
}

static bool is_full(const struct wr_control *control) {
  for (int i = 0; i < WR_CONTROL_CLIENTS_MAX; i++)
    if (!control->clients[i].fd)
      return false;
  return true;
}

int64_t wr_control_watch(const struct wr_control *control, struct pollfd *all) {
  bool deaf = control->listener >= 0 && wr_frame_now_ms() < control->deaf_until_ms;
  bool listens = !deaf && !is_full(control);
  all[0] = (struct pollfd){.fd = listens ? control->listener : -1, .events = POLLIN};
  for (int i = 0; i < WR_CONTROL_CLIENTS_MAX; i++) {
    int fd = control->clients[i].fd;
    all[1 + i] = (struct pollfd){.fd = fd ? fd : -1, .events = POLLIN};
  }
  return deaf ? control->deaf_until_ms : -1;
}

static void drop(struct wr_control_client *client) {
  close(client->fd);
  wr_frame_clear(&client->frame);
  client->fd = 0;
}

static bool is_short(int status) {
  return status == EMFILE || status == ENFILE || status == ENOBUFS || status == ENOMEM;
}

static void welcome(struct wr_control *control) {
  int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  /* Whoever waits stays, and would wake us again and again. */
  if (fd < 0 && is_short(errno))
    control->deaf_until_ms = wr_frame_now_ms() + DEAF_MS;
  for (int i = 0; fd >= 0 && i < WR_CONTROL_CLIENTS_MAX; i++) {
    struct wr_control_client *client = &control->clients[i];
    if (client->fd)
      continue;
    struct wr_text record = {0};
    client->fd = fd;
    wr_text_add(&record, control->record, strlen(control->record));
    if (!wr_frame_send(fd, &record))
      drop(client);
    return;
  }
  if (fd >= 0)
    close(fd);
}

/* What is no order is passed over. True for one to end. */
static bool listen_to(struct wr_control_client *client) {
  struct wr_order order;
  bool ends = false;
  enum wr_frame_status status;
  while ((status = wr_frame_pump(&client->frame, client->fd)) == WR_FRAME_WHOLE) {
    if (!wr_order_read(&order, &client->frame))
      continue;
    ends = ends || order.type == WR_ORDER_END;
    wr_order_free(&order);
  }
  if (status != WR_FRAME_MORE)
    drop(client);
  return ends;
}

bool wr_control_serve(struct wr_control *control, const struct pollfd *all) {
  bool ends = false;
  for (int i = 0; i < WR_CONTROL_CLIENTS_MAX; i++)
    if (all[1 + i].revents && control->clients[i].fd)
      ends = listen_to(&control->clients[i]) || ends;
  if (all[0].revents)
    welcome(control);
  return ends;
}

void wr_control_close(struct wr_control *control, const char *reason) {
  if (control->listener < 0)
    return;
  /* Before anybody hears of the end: nothing is left then. */
  close(control->listener);
  unlink(control->path);
  control->listener = -1;
  for (int i = 0; i < WR_CONTROL_CLIENTS_MAX; i++) {
    struct wr_control_client *client = &control->clients[i];
    if (!client->fd)
      continue;
    struct wr_text ended = {0};
    wr_text_print(&ended, "{\"type\":\"ended\",\"reason\":");
    wr_text_quote(&ended, reason);
    wr_text_add(&ended, "}", 1);
    wr_frame_send(client->fd, &ended);
    drop(client);
  }
}
