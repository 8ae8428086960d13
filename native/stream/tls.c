#include "tls.h"
#include "tcp.h"
#include "tls-records.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of the kernel, 64 KiB each; the descriptor tells again of what is left after them. */
#define READS_PER_TURN 4
/* A peer may change its key, and give us tickets, so often at once and once more per MiB. */
#define NOTICES 8
#define NOTICE_BYTES 1048576
/* AES-GCM is good for 2^24.5 full records under one key (RFC 8446, 5.5). */
#define SEALED_RECORDS (UINT64_C(1) << 23)
/* What a handshake or an alert takes. */
#define SMALL_BATCH_BYTES 8192

static struct wr_tls *tls_of(const struct wr_endpoint *endpoint) {
  return (struct wr_tls *)endpoint;
}

static void watch(struct wr_tls *tls) {
  int wishes = tls->stream.queued > 0 && !tls->dead ? WR_TLS_WRITABLE : 0;
  if (!tls->secured || (tls->reading && !tls->over))
    wishes |= WR_TLS_READABLE | (tls->left ? WR_TLS_SOON : 0);
  else if (!tls->over && tls->awaits_end)
    wishes |= WR_TLS_HANGUP;
  if (tls->closed || (tls->dead && !tls->secured))
    wishes = 0;
  if (wishes == tls->wishes)
    return;
  tls->wishes = wishes;
  tls->owner->watch(tls, wishes);
}

static void leave(struct wr_tls *tls) {
  if (--tls->calls == 0 && tls->closed)
    tls->owner->released(tls);
}

/* Why the last call of OpenSSL failed: 0 when it only wants to be called again, or -errno. */
static int failure_of(struct wr_tls *tls, int result, char *words) {
  int error = SSL_get_error(tls->ssl, result);
  words[0] = 0;
  if (tls->failure) {
    snprintf(words, WR_TLS_WORDS, "%s", tls->why ? tls->why : "");
    ERR_clear_error();
    return tls->failure;
  }
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
    return 0;
  bool cut = ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
  wr_tls_take_words(words);
  return cut || error == SSL_ERROR_SYSCALL ? -ECONNABORTED : -EPROTO;
}

/* Keys are changed and tickets given by messages that are no bytes for the sink. */
static void notice(int sent, int version, int type, const void *bytes, size_t count, SSL *ssl,
                   void *unused) {
  (void)version, (void)bytes, (void)count, (void)unused;
  struct wr_tls *tls = SSL_get_app_data(ssl);
  if (sent || type != SSL3_RT_HANDSHAKE || !tls->secured)
    return;
  if (++tls->notices <= NOTICES + tls->received / NOTICE_BYTES)
    return;
  tls->failure = -EPROTO;
  tls->why = "too many key updates";
  /* Otherwise what has been read already would still be worked through. */
  SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN);
}

/* Told to the sink once; nothing arrives after it. */
static void over(struct wr_tls *tls, int status, const char *words) {
  tls->over = true;
  tls->dead = tls->dead || status != 0;
  watch(tls);
  tls->endpoint.sink->calls->ended(tls->endpoint.sink, status, words && *words ? words : NULL);
}

typedef int (*taking)(SSL *ssl, void *into, size_t size, size_t *bytes);

/* Bytes taken, 0 at the peer's end, -EAGAIN when there is nothing yet, or another -errno. */
static ssize_t take(struct wr_tls *tls, taking how, void *into, size_t size, char *words) {
  size_t bytes = 0;
  ERR_clear_error();
  int result = how(tls->ssl, into, size, &bytes);
  if (result == 1)
    return (ssize_t)bytes;
  if (!tls->failure && SSL_get_error(tls->ssl, result) == SSL_ERROR_ZERO_RETURN)
    return 0;
  int status = failure_of(tls, result, words);
  return status != 0 ? status : -EAGAIN;
}

/* Fills the room as far as there is something. @param end what take() said last, if not bytes */
static size_t fill(struct wr_tls *tls, unsigned char *into, size_t size, ssize_t *end,
                   char *words) {
  unsigned char bytes[SMALL_BATCH_BYTES];
  struct wr_tls_batch batch;
  size_t filled = 0;
  ssize_t taken = 1;
  wr_tls_records_gather(tls, &batch, bytes, sizeof bytes);
  while (filled < size && (taken = take(tls, SSL_read_ex, into + filled, size - filled, words)) > 0)
    filled += (size_t)taken;
  wr_tls_records_send(tls);
  *end = taken;
  return filled;
}

/* @param broken: nothing yet means nothing any more */
static void receive(struct wr_tls *tls, bool broken) {
  char words[WR_TLS_WORDS] = "";
  ssize_t end = 1;
  tls->reads = READS_PER_TURN;
  while (end > 0 && tls->reading && !tls->over && !tls->closed) {
    size_t size = 0;
    struct wr_sink *sink = tls->endpoint.sink;
    unsigned char *room = sink->calls->room(sink, &size);
    if (!tls->reading || tls->closed)
      break;
    if (broken)
      tls->reads = READS_PER_TURN;
    size_t filled = fill(tls, room, size, &end, words);
    if (filled > 0)
      sink->calls->arrived(sink, filled);
  }
  if (tls->closed)
    return;
  tls->left = end > 0;
  if (end == -EAGAIN && broken)
    end = -ECONNRESET;
  if (end <= 0 && end != -EAGAIN && !tls->over)
    over(tls, (int)end, words);
}

/* What came before the end is to be read first. */
static void look_for_end(struct wr_tls *tls, bool broken) {
  unsigned char byte, bytes[SMALL_BATCH_BYTES];
  char words[WR_TLS_WORDS] = "";
  struct wr_tls_batch batch;
  tls->reads = READS_PER_TURN;
  wr_tls_records_gather(tls, &batch, bytes, sizeof bytes);
  ssize_t end = take(tls, SSL_peek_ex, &byte, 1, words);
  wr_tls_records_send(tls);
  if (end > 0) {
    tls->left = true;
    tls->awaits_end = false;
  } else if (end != -EAGAIN || broken)
    over(tls, end == -EAGAIN ? -ECONNRESET : (int)end, words);
}

static void send_rest(struct wr_tls *tls) {
  int status = wr_stream_flush(&tls->stream);
  if (status != 0) {
    tls->dead = true;
    /* What is known to have come before is to be read first. */
    if (tls->secured && !tls->over && (tls->reading || tls->awaits_end))
      return over(tls, status, NULL);
    /* Of a peer that had ended before: what waits is of no use any more. */
    if (!tls->over)
      return;
  }
  if (tls->stream.queued > 0 || !tls->waits)
    return;
  tls->waits = false;
  if (tls->secured)
    tls->endpoint.sink->calls->drained(tls->endpoint.sink);
}

static void shake(struct wr_tls *tls, bool broken) {
  unsigned char bytes[SMALL_BATCH_BYTES];
  char words[WR_TLS_WORDS] = "";
  struct wr_tls_batch batch;
  tls->reads = READS_PER_TURN;
  ERR_clear_error();
  wr_tls_records_gather(tls, &batch, bytes, sizeof bytes);
  int result = SSL_do_handshake(tls->ssl);
  int status = result == 1 ? 0 : failure_of(tls, result, words);
  int sent = wr_tls_records_send(tls);
  if (status == 0 && sent != 0)
    status = sent;
  if (status == 0 && result != 1) {
    if (!broken)
      return;
    status = -ECONNRESET;
  }
  tls->dead = status != 0;
  tls->secured = status == 0;
  tls->left = tls->awaits_end = true;
  tls->owner->secured(tls, status, words);
}

void wr_tls_ready(struct wr_tls *tls, int events) {
  bool broken = events & WR_TLS_BROKEN;
  if (tls->closed)
    return;
  tls->calls++;
  /* Whoever watched has stopped. */
  if (broken)
    tls->wishes = -1;
  if (events & WR_TLS_WRITABLE)
    send_rest(tls);
  if (!tls->closed && !tls->secured && !tls->dead)
    shake(tls, broken);
  else if (!tls->closed && !tls->over && tls->secured) {
    if (tls->reading)
      receive(tls, broken);
    else if (events & (WR_TLS_HANGUP | WR_TLS_BROKEN))
      look_for_end(tls, broken);
  }
  /* The end may have been read just now, and nobody tells again what became of what waits. */
  if (broken && !tls->closed && tls->over && tls->stream.queued > 0)
    send_rest(tls);
  if (broken)
    tls->dead = true;
  if (!tls->closed)
    watch(tls);
  leave(tls);
}

static int seal(struct wr_tls *tls, const struct iovec *content) {
  char words[WR_TLS_WORDS];
  size_t sealed;
  if (++tls->sealed > tls->most_sealed) {
    SSL_key_update(tls->ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
    tls->sealed = 1;
  }
  ERR_clear_error();
  int result = SSL_write_ex(tls->ssl, content->iov_base, content->iov_len, &sealed);
  if (result == 1)
    return 0;
  int status = failure_of(tls, result, words);
  return status != 0 ? status : -EPROTO;
}

static int write_parts(struct wr_endpoint *endpoint, const struct iovec *parts, size_t count) {
  struct wr_tls *tls = tls_of(endpoint);
  unsigned char bytes[WR_TLS_BATCH_BYTES], scratch[WR_TLS_RECORD_BYTES];
  struct wr_tls_cursor cursor = {.parts = parts, .count = count};
  struct wr_tls_batch batch;
  struct iovec content;
  int status = 0;
  if (tls->closed || tls->dead || !tls->secured || tls->stream.ending)
    return -EPIPE;
  wr_tls_records_gather(tls, &batch, bytes, sizeof bytes);
  while (status == 0 && (content = wr_tls_records_fill(&cursor, scratch)).iov_len > 0)
    status = seal(tls, &content);
  int sent = wr_tls_records_send(tls);
  status = status != 0 ? status : sent;
  tls->dead = status != 0;
  tls->waits = tls->waits || tls->stream.queued > 0;
  watch(tls);
  return status;
}

static size_t unsent(const struct wr_endpoint *endpoint) { return tls_of(endpoint)->stream.queued; }

static void read_wanted(struct wr_endpoint *endpoint, bool wanted) {
  struct wr_tls *tls = tls_of(endpoint);
  tls->reading = wanted;
  /* What lay before the end may have been read since. */
  tls->awaits_end = true;
  if (!tls->closed && tls->calls == 0)
    watch(tls);
}

static int end(struct wr_endpoint *endpoint) {
  struct wr_tls *tls = tls_of(endpoint);
  unsigned char bytes[SMALL_BATCH_BYTES];
  struct wr_tls_batch batch;
  if (tls->closed || tls->dead || tls->stream.ending)
    return 0;
  ERR_clear_error();
  wr_tls_records_gather(tls, &batch, bytes, sizeof bytes);
  SSL_shutdown(tls->ssl);
  ERR_clear_error();
  int status = wr_tls_records_send(tls);
  tls->waits = tls->waits || tls->stream.queued > 0;
  if (status == 0)
    status = wr_stream_end(&tls->stream);
  watch(tls);
  return status;
}

static void close_now(struct wr_endpoint *endpoint) {
  struct wr_tls *tls = tls_of(endpoint);
  if (tls->closed)
    return;
  tls->calls++;
  tls->closed = true;
  watch(tls);
  SSL_free(tls->ssl);
  free(tls->early);
  tls->ssl = NULL;
  tls->early = NULL;
  wr_stream_close(&tls->stream);
  if (endpoint->sink)
    endpoint->sink->calls->closed(endpoint->sink);
  leave(tls);
}

static const struct wr_endpoint_calls calls = {
    .write = write_parts,
    .unsent = unsent,
    .read = read_wanted,
    .end = end,
    .close = close_now,
};

static int take_over(struct wr_tls *tls, const struct wr_tls_options *start) {
  int status = wr_stream_open(&tls->stream, start->fd, start->most);
  if (status != 0) {
    close(start->fd);
    tls->stream.fd = -1;
    return status;
  }
  wr_tcp_tune(start->fd);
  if (start->early.count == 0)
    return 0;
  tls->early = malloc(start->early.count);
  if (!tls->early)
    return -ENOMEM;
  memcpy(tls->early, start->early.bytes, start->early.count);
  tls->early_bytes = start->early.count;
  return 0;
}

static int prepare(struct wr_tls *tls, const struct wr_tls_context *context,
                   const struct wr_tls_options *start) {
  ERR_clear_error();
  tls->ssl = SSL_new(context->ctx);
  if (!tls->ssl || wr_tls_records_attach(tls) != 0)
    return -ENOMEM;
  SSL_set_app_data(tls->ssl, tls);
  SSL_set_msg_callback(tls->ssl, notice);
  if (context->server) {
    SSL_set_accept_state(tls->ssl);
    return 0;
  }
  SSL_set_connect_state(tls->ssl);
  if (start->server_name && SSL_set_tlsext_host_name(tls->ssl, start->server_name) != 1)
    return -EINVAL;
  /* A copy: what the library has used once it does not use again. */
  SSL_SESSION *session =
      tls->memory && tls->memory->session ? SSL_SESSION_dup(tls->memory->session) : NULL;
  if (session)
    SSL_set_session(tls->ssl, session);
  SSL_SESSION_free(session);
  return 0;
}

void wr_tls_abandon(struct wr_tls *tls) {
  tls->closed = true;
  SSL_free(tls->ssl);
  free(tls->early);
  wr_stream_close(&tls->stream);
  ERR_clear_error();
}

int wr_tls_start(struct wr_tls *tls, const struct wr_tls_context *context,
                 const struct wr_tls_owner *owner, const struct wr_tls_options *start) {
  *tls = (struct wr_tls){.endpoint = {.calls = &calls}, .owner = owner};
  tls->memory = start->memory;
  tls->most_sealed = SEALED_RECORDS;
  memcpy(tls->alpn, context->alpn, sizeof tls->alpn);
  int status = take_over(tls, start);
  if (status == 0)
    status = prepare(tls, context, start);
  if (status != 0) {
    wr_tls_abandon(tls);
    return status;
  }
  /* A client speaks first; what was read already is told by no descriptor. */
  tls->left = true;
  watch(tls);
  tls->left = false;
  return 0;
}

struct wr_tls *wr_tls_from(struct wr_endpoint *endpoint) {
  return endpoint && endpoint->calls == &calls ? tls_of(endpoint) : NULL;
}

int wr_tls_certificate(const struct wr_tls *tls, unsigned char **der) {
  X509 *certificate = SSL_get1_peer_certificate(tls->ssl);
  *der = NULL;
  int bytes = certificate ? i2d_X509(certificate, der) : 0;
  X509_free(certificate);
  return bytes > 0 ? bytes : 0;
}

bool wr_tls_agreed(const struct wr_tls *tls) {
  const unsigned char *chosen;
  unsigned int bytes;
  SSL_get0_alpn_selected(tls->ssl, &chosen, &bytes);
  return bytes == tls->alpn[0] && memcmp(chosen, tls->alpn + 1, bytes) == 0;
}

bool wr_tls_resumed(const struct wr_tls *tls) { return SSL_session_reused(tls->ssl) == 1; }
