#define _GNU_SOURCE
/* Run under ASan/UBSan by the sanitizer build; aborts on the first wrong answer. */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                              \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

#define MEGABYTE (1u << 20)

static void pair(struct wr_stream *stream, int *peer, size_t most) {
  int ends[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  CHECK(wr_stream_open(stream, ends[0], most) == 0);
  CHECK((fcntl(ends[0], F_GETFL) & O_NONBLOCK) && (fcntl(ends[0], F_GETFD) & FD_CLOEXEC));
  *peer = ends[1];
}

static void check_read(void) {
  struct wr_stream stream;
  char bytes[8];
  int peer;
  pair(&stream, &peer, MEGABYTE);
  CHECK(wr_stream_read(&stream, bytes, sizeof bytes) == -EAGAIN);
  CHECK(write(peer, "0123456789", 10) == 10);
  CHECK(wr_stream_read(&stream, bytes, sizeof bytes) == 8 && memcmp(bytes, "01234567", 8) == 0);
  CHECK(wr_stream_peek(&stream) == 1);
  CHECK(wr_stream_read(&stream, bytes, sizeof bytes) == 2 && memcmp(bytes, "89", 2) == 0);
  CHECK(wr_stream_peek(&stream) == -EAGAIN);
  close(peer);
  CHECK(wr_stream_peek(&stream) == 0);
  CHECK(wr_stream_read(&stream, bytes, sizeof bytes) == 0);
  wr_stream_close(&stream);
  wr_stream_close(&stream);
  CHECK(wr_stream_write(&stream, NULL, 0) == -EPIPE);
}

/* Parts arrive in their order, also those that had to wait, and the end after them. */
static void check_order(void) {
  struct wr_stream stream;
  int peer;
  size_t got = 0, expected = 0;
  pair(&stream, &peer, 64 * MEGABYTE);
  unsigned char *data = malloc(MEGABYTE), *back = malloc(4 * MEGABYTE);
  for (size_t i = 0; i < MEGABYTE; i++)
    data[i] = i * 2654435761u >> 24;
  for (int i = 0; i < 3; i++) {
    struct iovec parts[] = {
        {data, 1}, {data + 1, 0}, {data + 1, MEGABYTE - 4}, {data + MEGABYTE - 3, 3}};
    CHECK(wr_stream_write(&stream, parts, 4) == 0);
    expected += MEGABYTE;
  }
  CHECK(stream.queued > 0 && wr_stream_end(&stream) == 0 && !stream.ended);
  CHECK(wr_stream_write(&stream, &(struct iovec){data, 1}, 1) == -EPIPE);
  for (ssize_t bytes = 1; bytes > 0; got += bytes) {
    CHECK(wr_stream_flush(&stream) == 0);
    bytes = read(peer, back + got, 4001);
    CHECK(bytes >= 0);
  }
  CHECK(got == expected && stream.ended && stream.queued == 0 && stream.room <= 65536);
  for (int i = 0; i < 3; i++)
    CHECK(memcmp(back + i * MEGABYTE, data, MEGABYTE) == 0);
  free(data);
  free(back);
  wr_stream_close(&stream);
  close(peer);
}

static void check_bound(void) {
  struct wr_stream stream;
  int peer, status = 0;
  pair(&stream, &peer, 3 * 65536);
  unsigned char *data = calloc(1, 65536);
  for (int i = 0; i < 100 && status == 0; i++)
    status = wr_stream_write(&stream, &(struct iovec){data, 65536}, 1);
  size_t queued = stream.queued;
  CHECK(status == -ENOBUFS && queued <= 3 * 65536);
  /* Nothing may follow what is missing. */
  CHECK(wr_stream_write(&stream, &(struct iovec){data, 1}, 1) == -EPIPE);
  CHECK(stream.queued == queued && wr_stream_end(&stream) == 0 && !wr_stream_flush(&stream));
  wr_stream_close(&stream);
  close(peer);
  pair(&stream, &peer, 3 * 65536);
  CHECK(wr_stream_write(&stream, &(struct iovec){data, 65536}, 1) == 0);
  while (stream.queued == 0)
    CHECK(wr_stream_write(&stream, &(struct iovec){data, 65536}, 1) == 0);
  CHECK(wr_stream_write(&stream, &(struct iovec){data, SIZE_MAX / 4}, 1) == -ENOBUFS);
  free(data);
  wr_stream_close(&stream);
  close(peer);
}

static void check_gone_peer(void) {
  struct wr_stream stream;
  int peer;
  pair(&stream, &peer, MEGABYTE);
  close(peer);
  CHECK(wr_stream_write(&stream, &(struct iovec){"x", 1}, 1) == -EPIPE);
  CHECK(wr_stream_end(&stream) == 0);
  wr_stream_close(&stream);
}

static void check_copies(void) {
  int ends[2], copy;
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  CHECK((copy = wr_stream_duplicate(ends[0])) >= 3 && (fcntl(copy, F_GETFD) & FD_CLOEXEC));
  close(ends[0]);
  CHECK(write(copy, "x", 1) == 1);
  close(copy);
  close(ends[1]);
  CHECK(wr_stream_duplicate(copy) == -EBADF);
  struct wr_stream stream;
  CHECK(wr_stream_open(&stream, copy, 1) == -EBADF);
}

int main(void) {
  check_read();
  check_order();
  check_bound();
  check_gone_peer();
  check_copies();
  return 0;
}
