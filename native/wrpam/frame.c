#define _GNU_SOURCE
#include "frame.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define FRAME_TIMEOUT_MS 10000

int64_t wr_frame_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static uint32_t length_at(const unsigned char *bytes) {
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* -1: none now, 0: closed. */
static ssize_t receive(int fd, void *to, size_t length) {
  ssize_t got;
  do
    got = recv(fd, to, length, MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  if (got < 0 && errno != EAGAIN)
    return 0;
  return got;
}

static bool begin_body(struct wr_frame *frame) {
  frame->head = length_at(frame->prefix);
  frame->secrets = length_at(frame->prefix + 4);
  frame->filled = 0;
  if (frame->head < 2 || frame->head > WR_FRAME_HEAD_MAX || frame->secrets > WR_FRAME_SECRETS_MAX)
    return false;
  frame->body = malloc(frame->head + frame->secrets);
  return frame->body != NULL;
}

enum wr_frame_status wr_frame_pump(struct wr_frame *frame, int fd) {
  while (!frame->whole) {
    size_t wanted = frame->body ? frame->head + frame->secrets : sizeof frame->prefix;
    char *into = frame->body ? frame->body : (char *)frame->prefix;
    ssize_t got = receive(fd, into + frame->filled, wanted - frame->filled);
    if (got <= 0)
      return got == 0 ? WR_FRAME_CLOSED : WR_FRAME_MORE;
    frame->filled += (size_t)got;
    if (frame->filled < wanted)
      continue;
    if (frame->body)
      frame->whole = true;
    else if (!begin_body(frame))
      return WR_FRAME_BAD;
  }
  return WR_FRAME_WHOLE;
}

bool wr_frame_within(const struct wr_frame *frame) {
  return !frame->whole && (frame->body || frame->filled > 0);
}

static void wait_for(int fd, short events, int64_t deadline_ms) {
  struct pollfd one = {.fd = fd, .events = events};
  int64_t left = deadline_ms - wr_frame_now_ms();
  poll(&one, 1, deadline_ms < 0 ? -1 : left < 0 ? 0 : (int)left);
}

enum wr_frame_status wr_frame_await(struct wr_frame *frame, int fd, int64_t deadline_ms) {
  bool within = false;
  for (;;) {
    enum wr_frame_status status = wr_frame_pump(frame, fd);
    if (status != WR_FRAME_MORE)
      return status;
    if (!within && wr_frame_within(frame)) {
      within = true;
      deadline_ms = wr_frame_now_ms() + FRAME_TIMEOUT_MS;
    }
    if (deadline_ms >= 0 && wr_frame_now_ms() >= deadline_ms)
      return within ? WR_FRAME_BAD : WR_FRAME_MORE;
    wait_for(fd, POLLIN, deadline_ms);
  }
}

void wr_frame_clear(struct wr_frame *frame) {
  if (frame->body)
    explicit_bzero(frame->body, frame->head + frame->secrets);
  free(frame->body);
  *frame = (struct wr_frame){0};
}

static bool send_all(int fd, const char *data, size_t length) {
  int64_t deadline_ms = wr_frame_now_ms() + FRAME_TIMEOUT_MS;
  while (length > 0) {
    ssize_t sent = send(fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EINTR && errno != EAGAIN)
      return false;
    if (sent >= 0) {
      data += sent;
      length -= (size_t)sent;
    } else if (wr_frame_now_ms() >= deadline_ms) {
      return false;
    } else if (errno == EAGAIN) {
      wait_for(fd, POLLOUT, deadline_ms);
    }
  }
  return true;
}

bool wr_frame_send(int fd, struct wr_text *head) {
  unsigned char prefix[8] = {0};
  for (int i = 0; i < 4; i++)
    prefix[i] = (unsigned char)(head->length >> (8 * i));
  bool sent = !head->failed && send_all(fd, (char *)prefix, sizeof prefix) &&
              send_all(fd, head->data, head->length);
  wr_text_free(head);
  return sent;
}
