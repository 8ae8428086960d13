#include "tls-context.h"
#include "tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As many hours as an identity counts as proved: a resumed handshake shows what the first one
 * agreed on, not the key. Tickets are not renewed by resuming. */
#define TICKET_SECONDS 3600
/* One read of the kernel takes this much: four records. */
#define READ_BYTES 66560
#define CERTIFICATES_BYTES 16384
/* Checking a signature of a bigger one costs more than a stranger is worth. */
#define RSA_BITS 4096
/* Both sides are of this house; one key share is made. */
#define GROUPS "X25519MLKEM768:X25519:P-256"
/* They save 200 bytes, cost half a millisecond, and are one more thing to be hostile with. */
#ifdef SSL_OP_NO_TX_CERTIFICATE_COMPRESSION
#define NO_COMPRESSED_CERTIFICATES                                                                 \
  (SSL_OP_NO_TX_CERTIFICATE_COMPRESSION | SSL_OP_NO_RX_CERTIFICATE_COMPRESSION)
#else
#define NO_COMPRESSED_CERTIFICATES 0
#endif
#define CHACHA_FIRST "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384"
#define AES_FIRST "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"

#if defined(__aarch64__)
#include <sys/auxv.h>
#ifndef HWCAP_AES
#define HWCAP_AES (1 << 3)
#endif
static bool has_aes(void) { return getauxval(AT_HWCAP) & HWCAP_AES; }
#elif defined(__x86_64__)
static bool has_aes(void) {
  unsigned a = 1, b, c, d;
  __asm__("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
  return c & (1u << 25);
}
#else
static bool has_aes(void) { return false; }
#endif

void wr_tls_take_words(char *words) {
  unsigned long error = ERR_get_error();
  const char *reason = error ? ERR_reason_error_string(error) : NULL;
  snprintf(words, WR_TLS_WORDS, "%s", reason ? reason : "the library says no more");
  ERR_clear_error();
}

/* Who it is, the owner decides by the fingerprint. */
static int any_certificate(X509_STORE_CTX *store, void *unused) {
  (void)unused;
  X509 *own = X509_STORE_CTX_get0_cert(store);
  EVP_PKEY *key = own ? X509_get0_pubkey(own) : NULL;
  bool good = key && (EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "EC") ||
                      (EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) <= RSA_BITS));
  X509_STORE_CTX_set_error(store, good ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
  return good;
}

/* A peer that names other protocols only is turned away here, one that names none by the owner. */
static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *length,
                       const unsigned char *offered, unsigned int bytes, void *unused) {
  (void)unused;
  struct wr_tls *tls = SSL_get_app_data(ssl);
  unsigned char *chosen;
  if (SSL_select_next_proto(&chosen, length, tls->alpn, tls->alpn[0] + 1u, offered, bytes) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

static int make_ticket(SSL *ssl, void *unused) {
  (void)ssl, (void)unused;
  return 1;
}

static SSL_TICKET_RETURN take_ticket(SSL *ssl, SSL_SESSION *session, const unsigned char *name,
                                     size_t name_bytes, SSL_TICKET_STATUS status, void *unused) {
  (void)session, (void)name, (void)name_bytes, (void)unused;
  if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW)
    return SSL_TICKET_RETURN_IGNORE_RENEW;
  SSL_set_num_tickets(ssl, 0);
  return SSL_TICKET_RETURN_USE;
}

void wr_tls_forget(struct wr_tls_memory *memory) {
  SSL_SESSION_free(memory->session);
  memory->session = NULL;
}

static int keep_session(SSL *ssl, SSL_SESSION *session) {
  struct wr_tls *tls = SSL_get_app_data(ssl);
  /* The library spoils the session of a connection that ends without a word. */
  SSL_SESSION *copy = tls->memory ? SSL_SESSION_dup(session) : NULL;
  if (!copy)
    return 0;
  wr_tls_forget(tls->memory);
  tls->memory->session = copy;
  return 0;
}

/* Nobody is asked at a terminal. */
static int no_password(char *into, int size, int writing, void *unused) {
  (void)into, (void)size, (void)writing, (void)unused;
  return -1;
}

static bool use_certificates(SSL_CTX *ctx, BIO *pem) {
  X509 *own = PEM_read_bio_X509(pem, NULL, no_password, NULL);
  bool good = own && SSL_CTX_use_certificate(ctx, own) == 1;
  X509_free(own);
  for (X509 *next; good && (next = PEM_read_bio_X509(pem, NULL, no_password, NULL));) {
    good = SSL_CTX_add1_chain_cert(ctx, next) == 1;
    X509_free(next);
  }
  /* The end of the text is an error, too. */
  if (good)
    ERR_clear_error();
  return good;
}

static bool use_identity(SSL_CTX *ctx, const struct wr_tls_identity *identity) {
  BIO *certificate =
      BIO_new_mem_buf(identity->certificate_pem.bytes, (int)identity->certificate_pem.count);
  BIO *key = BIO_new_mem_buf(identity->key_pem.bytes, (int)identity->key_pem.count);
  EVP_PKEY *made = key ? PEM_read_bio_PrivateKey(key, NULL, no_password, NULL) : NULL;
  bool good = certificate && made && use_certificates(ctx, certificate) &&
              SSL_CTX_use_PrivateKey(ctx, made) == 1 && SSL_CTX_check_private_key(ctx) == 1;
  EVP_PKEY_free(made);
  BIO_free(key);
  BIO_free(certificate);
  return good;
}

static bool set_rules(SSL_CTX *ctx) {
  SSL_CTX_set_options(ctx,
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | NO_COMPRESSED_CERTIFICATES);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(ctx, 1);
  SSL_CTX_set_default_read_buffer_len(ctx, READ_BYTES);
  SSL_CTX_set_max_cert_list(ctx, CERTIFICATES_BYTES);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_cert_verify_callback(ctx, any_certificate, NULL);
  SSL_CTX_set_timeout(ctx, TICKET_SECONDS);
  /* A library that does not know the first keeps its own. */
  if (SSL_CTX_set1_groups_list(ctx, GROUPS) != 1)
    ERR_clear_error();
  return SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_ciphersuites(ctx, has_aes() ? AES_FIRST : CHACHA_FIRST) == 1;
}

static bool set_role(struct wr_tls_context *context) {
  SSL_CTX *ctx = context->ctx;
  if (!context->server) {
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx, keep_session);
    return SSL_CTX_set_alpn_protos(ctx, context->alpn, context->alpn[0] + 1u) == 0;
  }
  /* Sessions are kept by the terminals alone, under a key that lives as long as this context. */
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(ctx, choose_alpn, NULL);
  return SSL_CTX_set_session_id_context(ctx, context->alpn, context->alpn[0] + 1u) == 1 &&
         SSL_CTX_set_num_tickets(ctx, 1) == 1 &&
         SSL_CTX_set_session_ticket_cb(ctx, make_ticket, take_ticket, NULL) == 1;
}

struct wr_tls_context *wr_tls_context_new(const struct wr_tls_identity *identity, char *words) {
  size_t length = strlen(identity->alpn);
  struct wr_tls_context *context = calloc(1, sizeof *context);
  if (!context || length > 32) {
    snprintf(words, WR_TLS_WORDS, "%s", context ? "the protocol's name is too long" : "no memory");
    free(context);
    return NULL;
  }
  context->server = identity->server;
  context->alpn[0] = (unsigned char)length;
  memcpy(context->alpn + 1, identity->alpn, length);
  ERR_clear_error();
  context->ctx = SSL_CTX_new(identity->server ? TLS_server_method() : TLS_client_method());
  if (context->ctx && set_rules(context->ctx) && set_role(context) &&
      use_identity(context->ctx, identity))
    return context;
  wr_tls_take_words(words);
  wr_tls_context_free(context);
  return NULL;
}

void wr_tls_context_free(struct wr_tls_context *context) {
  if (!context)
    return;
  SSL_CTX_free(context->ctx);
  free(context);
}
