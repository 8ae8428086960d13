#define _GNU_SOURCE
/* Peers that break the rules of TLS, or strain them. Run under ASan/UBSan by the sanitizer build.
 */
#include "tls-ends.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static struct pem server_pem, client_pem;
static struct wr_tls_context *server_context, *client_context;

/* A peer that speaks TLS as it likes: OpenSSL over the descriptor. */
struct peer {
  SSL_CTX *ctx;
  SSL *ssl;
  int fd;
};

static struct peer peer_make(const struct pem *pem, int chain) {
  struct peer peer = {.ctx = SSL_CTX_new(TLS_client_method()), .fd = -1};
  if (!pem)
    return peer;
  BIO *certificate = BIO_new_mem_buf(pem->certificate.bytes, (int)pem->certificate.count);
  BIO *key = BIO_new_mem_buf(pem->key.bytes, (int)pem->key.count);
  X509 *own = PEM_read_bio_X509(certificate, NULL, NULL, NULL);
  EVP_PKEY *private = PEM_read_bio_PrivateKey(key, NULL, NULL, NULL);
  CHECK(SSL_CTX_use_certificate(peer.ctx, own) == 1 &&
        SSL_CTX_use_PrivateKey(peer.ctx, private) == 1);
  for (int i = 0; i < chain; i++)
    CHECK(SSL_CTX_add1_chain_cert(peer.ctx, own) == 1);
  X509_free(own);
  EVP_PKEY_free(private);
  BIO_free(certificate);
  BIO_free(key);
  return peer;
}

static void peer_join(struct peer *peer, struct end *server) {
  int fds[2];
  pair_make(fds);
  end_start(server, server_context, fds[0], NULL, NULL, 0);
  peer->fd = fds[1];
  peer->ssl = SSL_new(peer->ctx);
  SSL_set_fd(peer->ssl, peer->fd);
  SSL_set_connect_state(peer->ssl);
}

/* Both take turns; the peer never waits. @returns what the peer's handshake says */
static int peer_shake(struct peer *peer, struct end *server) {
  int result = 0;
  struct timeval soon = {.tv_usec = 1000};
  setsockopt(peer->fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);
  for (int i = 0; i < 20 && result != 1; i++) {
    ERR_clear_error();
    result = SSL_do_handshake(peer->ssl);
    ends_run(server, NULL);
  }
  return result;
}

static void peer_drop(struct peer *peer) {
  SSL_free(peer->ssl);
  SSL_CTX_free(peer->ctx);
  close(peer->fd);
}

static void check_no_certificate(void) {
  struct peer peer = peer_make(NULL, 0);
  struct end server;
  unsigned char *der;
  peer_join(&peer, &server);
  CHECK(peer_shake(&peer, &server) == 1 && server.shaken == 0);
  CHECK(wr_tls_certificate(&server.tls, &der) == 0 && !der && !wr_tls_agreed(&server.tls));
  end_drop(&server);
  peer_drop(&peer);
}

static void check_refused(struct peer peer, const char *words) {
  struct end server;
  peer_join(&peer, &server);
  peer_shake(&peer, &server);
  if (!(server.done && server.shaken == -EPROTO && strstr(server.shaken_words, words)))
    fprintf(stderr, "%d %s\n", server.shaken, server.shaken_words);
  CHECK(server.done && server.shaken == -EPROTO && strstr(server.shaken_words, words));
  end_drop(&server);
  peer_drop(&peer);
}

static void check_refusals(void) {
  struct peer other_alpn = peer_make(&client_pem, 0);
  CHECK(SSL_CTX_set_alpn_protos(other_alpn.ctx, (const unsigned char *)"\x02h2", 3) == 0);
  check_refused(other_alpn, "no application protocol");

  struct peer old = peer_make(&client_pem, 0);
  CHECK(SSL_CTX_set_max_proto_version(old.ctx, TLS1_2_VERSION) == 1);
  check_refused(old, "unsupported protocol");

  check_refused(peer_make(&client_pem, 100), "excessive message size");

  struct pem large = pem_make("P-256", 20000), curve = pem_make("ED448", 0);
  check_refused(peer_make(&large, 0), "excessive message size");
  check_refused(peer_make(&curve, 0), "certificate verify failed");
  pem_free(&large);
  pem_free(&curve);
}

/* Changes its key, and wants ours changed, again and again. */
static void check_key_updates(void) {
  struct peer peer = peer_make(&client_pem, 0);
  struct end server;
  peer_join(&peer, &server);
  CHECK(peer_shake(&peer, &server) == 1 && server.shaken == 0);
  for (int i = 0; i < 8; i++)
    CHECK(SSL_key_update(peer.ssl, SSL_KEY_UPDATE_REQUESTED) == 1 &&
          SSL_do_handshake(peer.ssl) == 1);
  CHECK(SSL_write(peer.ssl, "fine", 4) == 4);
  ends_run(&server, NULL);
  CHECK(server.count == 4 && server.ends == 0 && server.tls.notices == 8);
  CHECK(end_write(&server, "answer", 6) == 0);
  for (int i = 0; i < 100; i++) {
    SSL_key_update(peer.ssl, SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(peer.ssl);
  }
  ends_run(&server, NULL);
  CHECK(server.status == -EPROTO && strstr(server.words, "key updates"));
  CHECK(server.tls.notices == 9);
  end_drop(&server);
  peer_drop(&peer);
}

/* Renegotiation is not in TLS 1.3: a second ClientHello breaks a rule, under the keys too. */
static void check_second_hello(void) {
  struct peer peer = peer_make(&client_pem, 0);
  struct end server;
  peer_join(&peer, &server);
  CHECK(peer_shake(&peer, &server) == 1);
  CHECK(write(peer.fd, "\x16\x03\x03\x00\x05\x01\x00\x00\x01\x00", 10) == 10);
  ends_run(&server, NULL);
  CHECK(server.ends == 1 && server.status == -EPROTO);
  end_drop(&server);
  peer_drop(&peer);
}

static void check_garbage(const void *bytes, size_t count) {
  struct end server;
  int fds[2];
  pair_make(fds);
  end_start(&server, server_context, fds[0], NULL, NULL, 0);
  CHECK(write(fds[1], bytes, count) == (ssize_t)count);
  ends_run(&server, NULL);
  CHECK(server.done && server.shaken == -EPROTO && *server.shaken_words);
  end_drop(&server);
  close(fds[1]);
}

/* A ClientHello that goes on and on, in small records. */
static void check_endless_hello(void) {
  struct end server;
  int fds[2];
  unsigned char record[5 + 1000] = {22, 3, 1, 1000 >> 8, 1000 & 255, 1, 1, 255, 255};
  pair_make(fds);
  end_start(&server, server_context, fds[0], NULL, NULL, 0);
  for (int i = 0; i < 70 && !server.done; i++) {
    CHECK(write(fds[1], record, sizeof record) == sizeof record);
    memset(record + 5, 0, 4);
    ends_run(&server, NULL);
  }
  CHECK(server.shaken == -EPROTO && strstr(server.shaken_words, "too long"));
  CHECK(server.tls.received < 70000);
  end_drop(&server);
  close(fds[1]);
}

static unsigned random_number(void) {
  static unsigned state = 12345;
  state = state * 1664525u + 1013904223u;
  return state >> 8;
}

/* What a good client sends first, then with some bytes changed, cut off or repeated. */
static void check_mutants(int rounds) {
  unsigned char hello[16384], mutant[16384];
  struct end server, client;
  int fds[2];
  for (int round = 0; round < rounds; round++) {
    pair_make(fds);
    end_start(&client, client_context, fds[1], NULL, NULL, 0);
    end_turn(&client);
    ssize_t count = recv(fds[0], hello, sizeof hello, 0);
    CHECK(count > 100);
    memcpy(mutant, hello, (size_t)count);
    for (unsigned i = random_number() % 4; i > 0; i--)
      mutant[random_number() % (unsigned)count] = (unsigned char)random_number();
    size_t kept = random_number() % 4 ? (size_t)count : random_number() % (unsigned)count;
    if (kept > 0 && kept < (size_t)count && random_number() % 2)
      memmove(mutant + kept / 2, mutant, (size_t)count - kept / 2);
    end_start(&server, server_context, fds[0], NULL, mutant, kept);
    ends_run(&server, &client);
    end_drop(&client);
    ends_run(&server, NULL);
    CHECK(server.done);
    end_drop(&server);
  }
}

/* Good records of an established connection, with one bit changed. */
static void check_bad_records(void) {
  struct end server, client;
  unsigned char wire[4096];
  for (int round = 0; round < 200; round++) {
    int fds[2], tap[2];
    pair_make(fds);
    pair_make(tap);
    end_start(&server, server_context, fds[0], NULL, NULL, 0);
    end_start(&client, client_context, fds[1], NULL, NULL, 0);
    ends_run(&server, &client);
    int line = client.tls.stream.fd;
    client.tls.stream.fd = tap[0];
    CHECK(end_write(&client, "something to be changed on its way", 34) == 0);
    client.tls.stream.fd = line;
    ssize_t count = recv(tap[1], wire, sizeof wire, 0);
    wire[random_number() % (unsigned)count] ^= (unsigned char)(1u << random_number() % 8);
    CHECK(write(line, wire, (size_t)count) == count);
    end_drop(&client);
    ends_run(&server, NULL);
    CHECK(server.count == 0 && server.ends == 1 && server.status < 0);
    end_drop(&server);
    close(tap[0]);
    close(tap[1]);
  }
}

/* A flood does not keep the loop: a turn reads so much and no more. */
static void check_flood(void) {
  struct end server, client;
  int fds[2], room = 8 << 20;
  unsigned char *data = calloc(1, 4 << 20);
  pair_make(fds);
  setsockopt(fds[1], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
  end_start(&server, server_context, fds[0], NULL, NULL, 0);
  end_start(&client, client_context, fds[1], NULL, NULL, 0);
  ends_run(&server, &client);
  CHECK(end_write(&client, data, 4 << 20) == 0);
  size_t most = 0;
  for (size_t before = 0; end_turn(&server) || end_turn(&client); before = server.count)
    most = server.count - before > most ? server.count - before : most;
  CHECK(server.count == 4 << 20 && most <= 5 * 66560);
  end_drop(&client);
  end_drop(&server);
  free(data);
}

int main(void) {
  server_pem = pem_make("P-256", 0);
  client_pem = pem_make("ED25519", 0);
  server_context = context_make(true, &server_pem, ALPN);
  client_context = context_make(false, &client_pem, ALPN);
  check_no_certificate();
  check_refusals();
  check_key_updates();
  check_second_hello();
  check_garbage("GET / HTTP/1.1\r\n\r\n", 18);
  check_garbage("\x16\x03\x01\xff\xff\x01", 6);
  check_garbage("\x17\x03\x03\x00\x10################", 21);
  check_garbage("\x15\x03\x03\x00\x02\x02\x28", 7);
  check_endless_hello();
  check_mutants(1500);
  check_bad_records();
  check_flood();
  wr_tls_context_free(server_context);
  wr_tls_context_free(client_context);
  pem_free(&server_pem);
  pem_free(&client_pem);
  return 0;
}
