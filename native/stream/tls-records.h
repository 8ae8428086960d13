/* Between OpenSSL and the socket: what is read and sent of records, and how they are filled. */
#pragma once

#include "tls.h"

/* One record's content. */
#define WR_TLS_RECORD_BYTES 16384
#define WR_TLS_BATCH_BYTES (4 * (WR_TLS_RECORD_BYTES + 32))

/* From here on records are gathered in `bytes`, until wr_tls_records_send(). */
void wr_tls_records_gather(struct wr_tls *tls, struct wr_tls_batch *batch, unsigned char *bytes,
                           size_t room);
/* 0 or -errno. */
int wr_tls_records_send(struct wr_tls *tls);

/* 0 or -errno. */
int wr_tls_records_attach(struct wr_tls *tls);

/* How much of the parts has been taken. */
struct wr_tls_cursor {
  const struct iovec *parts;
  size_t count;
  size_t at; /* within the first */
};

/* The next record's content, up to WR_TLS_RECORD_BYTES: in place, or put together in `scratch` of
 * that size when it has several parts. Empty: there is nothing more. */
struct iovec wr_tls_records_fill(struct wr_tls_cursor *cursor, unsigned char *scratch);
