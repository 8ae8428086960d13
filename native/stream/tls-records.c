#include "tls-records.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A ClientHello with its key shares and a ticket, and the certificates. */
#define HANDSHAKE_BYTES 65536

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static int take_early(struct wr_tls *tls, char *into, int size) {
  size_t bytes = smaller((size_t)size, tls->early_bytes - tls->early_at);
  memcpy(into, tls->early + tls->early_at, bytes);
  tls->early_at += bytes;
  if (tls->early_at < tls->early_bytes)
    return (int)bytes;
  free(tls->early);
  tls->early = NULL;
  return (int)bytes;
}

static void count(struct wr_tls *tls, size_t bytes) {
  tls->received += bytes;
  if (tls->secured || tls->received <= HANDSHAKE_BYTES)
    return;
  tls->failure = -EPROTO;
  tls->why = "the handshake is too long";
}

/* A short read has emptied the socket: asking once more would cost a call for nothing. */
static int read_socket(struct wr_tls *tls, BIO *bio, char *into, int size) {
  ssize_t bytes = tls->reads > 0 ? wr_stream_read(&tls->stream, into, size) : -EAGAIN;
  tls->reads = bytes == size ? tls->reads - 1 : 0;
  if (bytes == -EAGAIN || bytes == -EWOULDBLOCK) {
    BIO_set_retry_read(bio);
    return -1;
  }
  if (bytes == 0)
    BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  if (bytes < 0)
    tls->failure = (int)bytes;
  return bytes < 0 ? -1 : (int)bytes;
}

static int read_records(BIO *bio, char *into, int size) {
  struct wr_tls *tls = BIO_get_data(bio);
  BIO_clear_retry_flags(bio);
  if (tls->failure || size <= 0)
    return -1;
  int bytes = tls->early ? take_early(tls, into, size) : read_socket(tls, bio, into, size);
  if (bytes > 0)
    count(tls, (size_t)bytes);
  return bytes;
}

static int send_now(struct wr_tls *tls, const void *bytes, size_t count) {
  int status = wr_stream_write(&tls->stream, &(struct iovec){(void *)bytes, count}, 1);
  if (status != 0 && !tls->failure)
    tls->failure = status;
  return status;
}

static int write_records(BIO *bio, const char *bytes, int size) {
  struct wr_tls *tls = BIO_get_data(bio);
  struct wr_tls_batch *batch = tls->batch;
  BIO_clear_retry_flags(bio);
  if (size <= 0)
    return -1;
  size_t wanted = (size_t)size;
  if (batch && wanted > batch->room - batch->used) {
    int status = send_now(tls, batch->bytes, batch->used);
    batch->used = 0;
    if (status != 0)
      return -1;
  }
  if (!batch || wanted > batch->room)
    return send_now(tls, bytes, wanted) == 0 ? size : -1;
  memcpy(batch->bytes + batch->used, bytes, wanted);
  batch->used += wanted;
  return size;
}

static long control(BIO *bio, int command, long number, void *pointer) {
  (void)number, (void)pointer;
  if (command == BIO_CTRL_EOF)
    return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
  return command == BIO_CTRL_FLUSH;
}

static BIO_METHOD *method;

static void make_method(void) {
  method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wayray");
  if (!method)
    return;
  BIO_meth_set_read(method, read_records);
  BIO_meth_set_write(method, write_records);
  BIO_meth_set_ctrl(method, control);
}

int wr_tls_records_attach(struct wr_tls *tls) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_method);
  BIO *bio = method ? BIO_new(method) : NULL;
  if (!bio)
    return -ENOMEM;
  BIO_set_data(bio, tls);
  BIO_set_init(bio, 1);
  SSL_set_bio(tls->ssl, bio, bio);
  return 0;
}

void wr_tls_records_gather(struct wr_tls *tls, struct wr_tls_batch *batch, unsigned char *bytes,
                           size_t room) {
  *batch = (struct wr_tls_batch){.bytes = bytes, .room = room};
  tls->batch = batch;
}

int wr_tls_records_send(struct wr_tls *tls) {
  struct wr_tls_batch *batch = tls->batch;
  tls->batch = NULL;
  return batch->used > 0 ? send_now(tls, batch->bytes, batch->used) : 0;
}

static void skip(struct wr_tls_cursor *cursor, size_t bytes) {
  cursor->at += bytes;
  while (cursor->count > 0 && cursor->at >= cursor->parts->iov_len) {
    cursor->at = 0;
    cursor->parts++;
    cursor->count--;
  }
}

struct iovec wr_tls_records_fill(struct wr_tls_cursor *cursor, unsigned char *scratch) {
  skip(cursor, 0);
  if (cursor->count == 0)
    return (struct iovec){scratch, 0};
  const unsigned char *first = (const unsigned char *)cursor->parts->iov_base + cursor->at;
  size_t own = cursor->parts->iov_len - cursor->at;
  if (own >= WR_TLS_RECORD_BYTES || cursor->count == 1) {
    size_t bytes = smaller(own, WR_TLS_RECORD_BYTES);
    skip(cursor, bytes);
    return (struct iovec){(void *)first, bytes};
  }
  size_t filled = 0;
  while (cursor->count > 0 && filled < WR_TLS_RECORD_BYTES) {
    size_t bytes = smaller(cursor->parts->iov_len - cursor->at, WR_TLS_RECORD_BYTES - filled);
    memcpy(scratch + filled, (const char *)cursor->parts->iov_base + cursor->at, bytes);
    filled += bytes;
    skip(cursor, bytes);
  }
  return (struct iovec){scratch, filled};
}
