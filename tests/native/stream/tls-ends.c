#define _GNU_SOURCE
#include "tls-ends.h"

#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct text text_of(BIO *bio) {
  char *bytes;
  long count = BIO_get_mem_data(bio, &bytes);
  struct text text = {malloc((size_t)count), (size_t)count};
  memcpy(text.bytes, bytes, (size_t)count);
  BIO_free(bio);
  return text;
}

static EVP_PKEY *key_make(const char *kind) {
  if (strcmp(kind, "P-256") == 0)
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
  return EVP_PKEY_Q_keygen(NULL, NULL, kind);
}

static void comment(X509 *certificate, size_t bytes) {
  char *words = malloc(bytes + 1);
  memset(words, 'x', bytes);
  words[bytes] = 0;
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_netscape_comment, words);
  CHECK(extension && X509_add_ext(certificate, extension, -1));
  X509_EXTENSION_free(extension);
  free(words);
}

struct pem pem_make(const char *kind, size_t comment_bytes) {
  EVP_PKEY *key = key_make(kind);
  X509 *certificate = X509_new();
  CHECK(key && certificate && X509_set_version(certificate, X509_VERSION_3));
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_NAME *name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_set_pubkey(certificate, key);
  if (comment_bytes > 0)
    comment(certificate, comment_bytes);
  bool edwards = strncmp(kind, "ED", 2) == 0;
  CHECK(X509_sign(certificate, key, edwards ? NULL : EVP_sha256()) > 0);
  BIO *certificate_pem = BIO_new(BIO_s_mem()), *key_pem = BIO_new(BIO_s_mem());
  CHECK(PEM_write_bio_X509(certificate_pem, certificate) == 1);
  CHECK(PEM_write_bio_PrivateKey(key_pem, key, NULL, NULL, 0, NULL, NULL) == 1);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return (struct pem){text_of(certificate_pem), text_of(key_pem)};
}

void pem_free(struct pem *pem) {
  free(pem->certificate.bytes);
  free(pem->key.bytes);
}

struct wr_tls_context *context_make(bool server, const struct pem *pem, const char *alpn) {
  char words[WR_TLS_WORDS];
  struct wr_tls_identity identity = {server,
                                     {pem->certificate.bytes, pem->certificate.count},
                                     {pem->key.bytes, pem->key.count},
                                     alpn};
  struct wr_tls_context *context = wr_tls_context_new(&identity, words);
  CHECK(context);
  return context;
}

static struct end *end_of(struct wr_sink *sink) { return ((struct sink *)sink)->end; }

static unsigned char *room(struct wr_sink *sink, size_t *size) {
  struct end *end = end_of(sink);
  *size = end->piece;
  if (end->room - end->count < *size) {
    end->room = 2 * end->room + *size;
    end->got = realloc(end->got, end->room);
  }
  return end->got + end->count;
}

static void arrived(struct wr_sink *sink, size_t count) {
  struct end *end = end_of(sink);
  CHECK(count > 0 && count <= end->piece && end->ends == 0 && !end->closed);
  end->count += count;
  if (end->pause_at_once)
    wr_endpoint_read(&end->tls.endpoint, false);
  if (end->close_when_arrived)
    wr_endpoint_close(&end->tls.endpoint);
}

static void drained(struct wr_sink *sink) { end_of(sink)->drained++; }

static void ended(struct wr_sink *sink, int status, const char *words) {
  struct end *end = end_of(sink);
  CHECK(end->ends++ == 0 && !end->closed);
  end->status = status;
  snprintf(end->words, sizeof end->words, "%s", words ? words : "");
  if (end->close_when_ended)
    wr_endpoint_close(&end->tls.endpoint);
}

static void closed(struct wr_sink *sink) { CHECK(end_of(sink)->closed++ == 0); }

static const struct wr_sink_calls sink_calls = {room, arrived, drained, ended, closed};

static void watch(struct wr_tls *tls, int wishes) { ((struct end *)tls)->wishes = wishes; }

static void secured(struct wr_tls *tls, int status, const char *words) {
  struct end *end = (struct end *)tls;
  CHECK(!end->done);
  end->done = true;
  end->shaken = status;
  snprintf(end->shaken_words, sizeof end->shaken_words, "%s", words);
  if (status == 0) {
    tls->endpoint.sink = &end->sink.base;
    wr_endpoint_read(&tls->endpoint, true);
  }
  if (end->close_when_secured)
    wr_endpoint_close(&tls->endpoint);
}

static void released(struct wr_tls *tls) { CHECK(((struct end *)tls)->released++ == 0); }

static const struct wr_tls_owner owner = {watch, secured, released};

void end_start(struct end *end, const struct wr_tls_context *context, int fd,
               struct wr_tls_memory *memory, const void *early, size_t early_bytes) {
  memset(end, 0, sizeof *end);
  end->piece = 65536;
  end->sink = (struct sink){.base = {&sink_calls}, .end = end};
  struct wr_tls_options options = {.fd = fd,
                                   .most = 16u << 20,
                                   .early = {early, early_bytes},
                                   .server_name = context->server ? NULL : "test.example",
                                   .memory = memory};
  CHECK(wr_tls_start(&end->tls, context, &owner, &options) == 0);
  CHECK(end->wishes & WR_TLS_SOON);
}

void end_drop(struct end *end) {
  if (!end->tls.closed)
    wr_endpoint_close(&end->tls.endpoint);
  CHECK(end->released == 1 && end->wishes == 0);
  free(end->got);
  end->got = NULL;
}

bool end_turn(struct end *end) {
  if (end->wishes == 0)
    return false;
  struct pollfd look = {.fd = end->tls.stream.fd};
  look.events = (end->wishes & WR_TLS_READABLE ? POLLIN : 0) |
                (end->wishes & WR_TLS_WRITABLE ? POLLOUT : 0) |
                (end->wishes & WR_TLS_HANGUP ? POLLRDHUP : 0);
  CHECK(poll(&look, 1, 0) >= 0);
  int events = (look.revents & POLLIN ? WR_TLS_READABLE : 0) |
               (look.revents & POLLOUT ? WR_TLS_WRITABLE : 0) |
               (look.revents & POLLRDHUP ? WR_TLS_HANGUP : 0) | (end->wishes & WR_TLS_SOON);
  if (look.revents & POLLERR)
    events = WR_TLS_BROKEN;
  if (events)
    wr_tls_ready(&end->tls, events);
  return events != 0;
}

void ends_run(struct end *one, struct end *other) {
  int idle = 0;
  for (int turns = 0; idle < 2; turns++) {
    CHECK(turns < 100000);
    bool busy = one && end_turn(one);
    busy = (other && end_turn(other)) || busy;
    idle = busy ? 0 : idle + 1;
  }
}

int end_write(struct end *end, const void *bytes, size_t count) {
  return wr_endpoint_write(&end->tls.endpoint, &(struct iovec){(void *)bytes, count}, 1);
}

void pair_make(int fds[2]) { CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0); }
