/* A connected stream socket: reads into the caller's buffer, sends at once and queues what the
 * kernel does not take. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wr_stream {
  int fd; /* -1: closed */
  /* What waits to be sent: queued bytes from start on, in room bytes from malloc. */
  unsigned char *queue;
  size_t start, queued, room;
  size_t most; /* that may wait */
  bool ending; /* nothing more is written; the peer is told once the queue is empty */
  bool ended;  /* the peer was told */
};

/* Takes fd, which becomes non-blocking and stays out of programs that are started. 0 or -errno;
 * after an error fd is still the caller's. */
int wr_stream_open(struct wr_stream *stream, int fd, size_t most);
/* Bytes read, 0 at the peer's end, -EAGAIN when there is nothing yet, another -errno. */
ssize_t wr_stream_read(struct wr_stream *stream, void *into, size_t size);
/* As wr_stream_read() of one byte, which stays where it is. */
ssize_t wr_stream_peek(struct wr_stream *stream);
/* Sends the parts after what waits already; what the kernel does not take is copied. 0, -EPIPE
 * after wr_stream_end() or another error, -ENOBUFS when more than `most` would wait (nothing of the
 * rest is kept then), or another -errno. */
int wr_stream_write(struct wr_stream *stream, const struct iovec *parts, size_t count);
/* Sends what waits as far as the kernel takes it. 0 or -errno: nothing waits any more then. */
int wr_stream_flush(struct wr_stream *stream);
/* Tells the peer that nothing more comes, after what waits. 0 or -errno. */
int wr_stream_end(struct wr_stream *stream);
/* Drops what waits. May be called again. */
void wr_stream_close(struct wr_stream *stream);

/* A descriptor of its own for the same connection; stays out of programs that are started. Or
 * -errno. */
int wr_stream_duplicate(int fd);

#ifdef __cplusplus
}
#endif
