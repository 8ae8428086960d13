#define _GNU_SOURCE
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A queue that was bigger is given back when it is empty. */
#define KEPT_ROOM 65536

int wr_stream_open(struct wr_stream *stream, int fd, size_t most) {
  int status = fcntl(fd, F_GETFL);
  if (status < 0 || fcntl(fd, F_SETFL, status | O_NONBLOCK) < 0 ||
      fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
    return -errno;
  *stream = (struct wr_stream){.fd = fd, .most = most};
  return 0;
}

static ssize_t receive(int fd, void *into, size_t size, int flags) {
  ssize_t bytes;
  do
    bytes = recv(fd, into, size, flags);
  while (bytes < 0 && errno == EINTR);
  return bytes >= 0 ? bytes : -errno;
}

ssize_t wr_stream_read(struct wr_stream *stream, void *into, size_t size) {
  return receive(stream->fd, into, size, 0);
}

ssize_t wr_stream_peek(struct wr_stream *stream) {
  unsigned char byte;
  return receive(stream->fd, &byte, 1, MSG_PEEK);
}

/* Bytes that the kernel took, 0 when it takes none now, or -errno. */
static ssize_t send_parts(int fd, const struct iovec *parts, size_t count) {
  struct msghdr message = {.msg_iov = (struct iovec *)parts, .msg_iovlen = count};
  ssize_t bytes;
  do
    bytes = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (bytes < 0 && errno == EINTR);
  if (bytes >= 0)
    return bytes;
  return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -errno;
}

static void drop_queue(struct wr_stream *stream) {
  stream->start = stream->queued = 0;
  if (stream->room <= KEPT_ROOM)
    return;
  free(stream->queue);
  stream->queue = NULL;
  stream->room = 0;
}

static int make_room(struct wr_stream *stream, size_t bytes) {
  if (bytes > stream->most || stream->queued > stream->most - bytes)
    return -ENOBUFS;
  size_t wanted = stream->queued + bytes;
  if (stream->start > 0 && stream->queued > 0)
    memmove(stream->queue, stream->queue + stream->start, stream->queued);
  stream->start = 0;
  if (wanted <= stream->room)
    return 0;
  size_t room = wanted < 2 * stream->room ? 2 * stream->room : wanted;
  unsigned char *more = realloc(stream->queue, room);
  if (!more)
    return -ENOMEM;
  stream->queue = more;
  stream->room = room;
  return 0;
}

/* @param sent of the parts' bytes, which are left out */
static int keep_rest(struct wr_stream *stream, const struct iovec *parts, size_t count,
                     size_t sent) {
  size_t total = 0;
  for (size_t i = 0; i < count; i++)
    total += parts[i].iov_len;
  if (total == sent)
    return 0;
  int status = make_room(stream, total - sent);
  if (status != 0)
    return status;
  for (size_t i = 0; i < count; i++) {
    size_t skipped = sent < parts[i].iov_len ? sent : parts[i].iov_len;
    size_t left = parts[i].iov_len - skipped;
    sent -= skipped;
    if (left == 0)
      continue;
    memcpy(stream->queue + stream->queued, (const char *)parts[i].iov_base + skipped, left);
    stream->queued += left;
  }
  return 0;
}

int wr_stream_write(struct wr_stream *stream, const struct iovec *parts, size_t count) {
  if (stream->fd < 0 || stream->ending)
    return -EPIPE;
  ssize_t sent = stream->queued > 0 ? 0 : send_parts(stream->fd, parts, count);
  int status = sent < 0 ? (int)sent : keep_rest(stream, parts, count, (size_t)sent);
  /* What came next would be read as the rest of what is missing, and an end as a regular one. */
  if (status != 0)
    stream->ending = stream->ended = true;
  return status;
}

static int tell_end(struct wr_stream *stream) {
  if (!stream->ending || stream->ended || stream->queued > 0)
    return 0;
  stream->ended = true;
  return shutdown(stream->fd, SHUT_WR) == 0 || errno == ENOTCONN ? 0 : -errno;
}

int wr_stream_flush(struct wr_stream *stream) {
  while (stream->queued > 0) {
    struct iovec rest = {stream->queue + stream->start, stream->queued};
    ssize_t sent = send_parts(stream->fd, &rest, 1);
    if (sent == 0)
      return 0;
    if (sent < 0) {
      stream->ending = stream->ended = true;
      drop_queue(stream);
      return (int)sent;
    }
    stream->start += sent;
    stream->queued -= sent;
  }
  drop_queue(stream);
  return tell_end(stream);
}

int wr_stream_end(struct wr_stream *stream) {
  if (stream->fd < 0)
    return 0;
  stream->ending = true;
  return tell_end(stream);
}

void wr_stream_close(struct wr_stream *stream) {
  if (stream->fd >= 0)
    close(stream->fd);
  free(stream->queue);
  *stream = (struct wr_stream){.fd = -1, .ending = true, .ended = true};
}

int wr_stream_duplicate(int fd) {
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  return copy >= 0 ? copy : -errno;
}
