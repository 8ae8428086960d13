/* What connections of one identity share: its certificate and key, and what TLS is to accept. */
#pragma once

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WR_TLS_WORDS 160

struct wr_tls_bytes {
  const void *bytes;
  size_t count;
};

struct wr_tls_identity {
  bool server;
  struct wr_tls_bytes certificate_pem; /* the own first, then what it is signed by */
  struct wr_tls_bytes key_pem;
  const char *alpn; /* at most 32 characters */
};

struct wr_tls_context {
  SSL_CTX *ctx;
  bool server;
  unsigned char alpn[33]; /* its length, then it */
};

/* The newest session that a server has given us, for the next connection to it. */
struct wr_tls_memory {
  SSL_SESSION *session;
};

/* NULL and WR_TLS_WORDS of why, or a context. It may be freed while connections still use it. */
struct wr_tls_context *wr_tls_context_new(const struct wr_tls_identity *identity, char *words);
void wr_tls_context_free(struct wr_tls_context *context);

void wr_tls_forget(struct wr_tls_memory *memory);

/* Takes the oldest error of OpenSSL's queue of this thread and empties it. */
void wr_tls_take_words(char *words);

#ifdef __cplusplus
}
#endif
