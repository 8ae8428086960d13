/* What two of us say to each other. Run under ASan/UBSan by the sanitizer build; aborts on the
 * first wrong answer. */
#include "tls-ends.h"
#include "tcp.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MEGABYTE (1u << 20)

static struct pem server_pem, client_pem;
static struct wr_tls_context *server_context, *client_context;

static void shake(struct end *server, struct end *client, struct wr_tls_memory *memory) {
  int fds[2];
  pair_make(fds);
  end_start(server, server_context, fds[0], NULL, NULL, 0);
  end_start(client, client_context, fds[1], memory, NULL, 0);
  ends_run(server, client);
  CHECK(server->done && server->shaken == 0 && client->done && client->shaken == 0);
}

static void drop(struct end *server, struct end *client) {
  end_drop(client);
  end_drop(server);
}

static void check_identities(void) {
  struct end server, client;
  unsigned char *der, *again;
  struct wr_tls_memory memory = {NULL};
  shake(&server, &client, &memory);
  CHECK(wr_tls_agreed(&server.tls) && wr_tls_agreed(&client.tls));
  CHECK(!wr_tls_resumed(&server.tls) && memory.session);
  int bytes = wr_tls_certificate(&server.tls, &der);
  CHECK(bytes > 100);
  drop(&server, &client);

  /* Lost without a word, which says nothing against the session. Used again and again. */
  for (int i = 0; i < 3; i++) {
    SSL_SESSION *used = memory.session;
    shake(&server, &client, &memory);
    CHECK(wr_tls_resumed(&server.tls) && wr_tls_resumed(&client.tls));
    CHECK(wr_tls_agreed(&server.tls) && memory.session == used);
    CHECK(wr_tls_certificate(&server.tls, &again) == bytes && memcmp(der, again, bytes) == 0);
    OPENSSL_free(again);
    CHECK(end_write(&client, "resumed", 7) == 0);
    ends_run(&server, &client);
    CHECK(server.count == 7);
    drop(&server, &client);
  }
  wr_tls_forget(&memory);
  shake(&server, &client, &memory);
  CHECK(!wr_tls_resumed(&server.tls) && memory.session);
  drop(&server, &client);
  OPENSSL_free(der);

  /* Another server knows nothing of it: the whole handshake is made. */
  struct wr_tls_context *first = server_context;
  server_context = context_make(true, &server_pem, ALPN);
  shake(&server, &client, &memory);
  CHECK(!wr_tls_resumed(&server.tls) && wr_tls_certificate(&client.tls, &again) > 0);
  OPENSSL_free(again);
  drop(&server, &client);
  wr_tls_context_free(server_context);
  server_context = first;
  wr_tls_forget(&memory);
}

static void check_one_record(void) {
  struct end server, client;
  unsigned char wire[40000];
  shake(&server, &client, NULL);
  struct iovec parts[] = {{"head", 4}, {"", 0}, {"body of a message", 17}};
  CHECK(wr_endpoint_write(&client.tls.endpoint, parts, 3) == 0);
  ssize_t bytes = recv(server.tls.stream.fd, wire, sizeof wire, MSG_PEEK);
  CHECK(bytes == 5 + 21 + 1 + 16 && wire[0] == 23);
  ends_run(&server, &client);
  CHECK(server.count == 21 && memcmp(server.got, "headbody of a message", 21) == 0);

  /* A small part in front of a big one: full records, and one that is what is left. */
  unsigned char *big = calloc(1, 20000);
  struct iovec more[] = {{"head", 4}, {big, 20000}};
  CHECK(wr_endpoint_write(&client.tls.endpoint, more, 2) == 0);
  bytes = recv(server.tls.stream.fd, wire, sizeof wire, MSG_PEEK);
  CHECK(bytes == 20004 + 2 * 22 && (wire[3] << 8 | wire[4]) == 16384 + 17);
  ends_run(&server, &client);
  CHECK(server.count == 21 + 20004);
  CHECK(end_write(&client, big, 0) == 0 && recv(server.tls.stream.fd, wire, 1, MSG_DONTWAIT) < 0);
  free(big);
  drop(&server, &client);
}

static unsigned char pattern(size_t at) { return (unsigned char)(at * 2654435761u >> 24); }

/* More than the kernel takes: it waits, arrives in order, and is told when it has gone. */
static void check_order(size_t piece) {
  struct end server, client;
  unsigned char *data = malloc(3 * MEGABYTE);
  for (size_t i = 0; i < 3 * MEGABYTE; i++)
    data[i] = pattern(i);
  shake(&server, &client, NULL);
  server.piece = piece;
  size_t at = 0;
  for (size_t step = 1; at < 3 * MEGABYTE; step = step * 3 / 2 + 1) {
    size_t left = 3 * MEGABYTE - at, count = step < left ? step : left, third = count / 3;
    struct iovec parts[] = {{data + at, third}, {data + at + third, count - third}};
    CHECK(wr_endpoint_write(&client.tls.endpoint, parts, 2) == 0);
    at += count;
  }
  CHECK(wr_endpoint_unsent(&client.tls.endpoint) > MEGABYTE && client.drained == 0);
  ends_run(&server, &client);
  CHECK(wr_endpoint_unsent(&client.tls.endpoint) == 0 && client.drained == 1);
  CHECK(server.count == 3 * MEGABYTE && memcmp(server.got, data, server.count) == 0);
  free(data);
  drop(&server, &client);
}

static void check_bound(void) {
  struct end server, client;
  unsigned char *data = calloc(1, MEGABYTE);
  int status = 0, i;
  shake(&server, &client, NULL);
  for (i = 0; i < 100 && status == 0; i++)
    status = end_write(&client, data, MEGABYTE);
  CHECK(status == -ENOBUFS && i > 10 && i < 20);
  CHECK(wr_endpoint_unsent(&client.tls.endpoint) <= 16u << 20);
  CHECK(end_write(&client, data, 1) == -EPIPE);
  free(data);
  drop(&server, &client);
}

static void check_ends(void) {
  struct end server, client;
  unsigned char *data = calloc(1, MEGABYTE);
  shake(&server, &client, NULL);
  CHECK(end_write(&client, data, MEGABYTE) == 0);
  CHECK(wr_endpoint_end(&client.tls.endpoint) == 0 && wr_endpoint_end(&client.tls.endpoint) == 0);
  CHECK(end_write(&client, "late", 4) == -EPIPE);
  ends_run(&server, &client);
  CHECK(server.count == MEGABYTE && server.ends == 1 && server.status == 0 && client.ends == 0);
  /* The other way is still open. */
  CHECK(end_write(&server, data, MEGABYTE) == 0 && wr_endpoint_end(&server.tls.endpoint) == 0);
  ends_run(&server, &client);
  CHECK(client.count == MEGABYTE && client.ends == 1 && client.status == 0);
  free(data);
  drop(&server, &client);
}

static void check_cut(void) {
  struct end server, client;
  shake(&server, &client, NULL);
  CHECK(end_write(&client, "last words", 10) == 0);
  end_drop(&client);
  ends_run(&server, NULL);
  CHECK(server.count == 10 && server.status == -ECONNABORTED && *server.words);
  CHECK(end_write(&server, "x", 1) == -EPIPE);
  end_drop(&server);

  /* In the middle of a record. */
  shake(&server, &client, NULL);
  CHECK(write(client.tls.stream.fd, "\x17\x03\x03\x00\x50half", 9) == 9);
  end_drop(&client);
  ends_run(&server, NULL);
  CHECK(server.status == -ECONNABORTED);
  end_drop(&server);
}

/* What came before the end is to be read before it is told; an end alone is told at once. */
static void check_paused(void) {
  struct end server, client;
  for (int clean = 0; clean < 2; clean++) {
    shake(&server, &client, NULL);
    wr_endpoint_read(&server.tls.endpoint, false);
    CHECK(end_write(&client, "unread", 6) == 0);
    if (clean)
      CHECK(wr_endpoint_end(&client.tls.endpoint) == 0);
    end_drop(&client);
    ends_run(&server, NULL);
    CHECK(server.count == 0 && server.ends == 0 && server.wishes == 0);
    wr_endpoint_read(&server.tls.endpoint, true);
    CHECK(server.count == 0);
    ends_run(&server, NULL);
    CHECK(server.count == 6 && server.status == (clean ? 0 : -ECONNABORTED) && server.ends == 1);
    end_drop(&server);

    shake(&server, &client, NULL);
    wr_endpoint_read(&server.tls.endpoint, false);
    if (clean)
      CHECK(wr_endpoint_end(&client.tls.endpoint) == 0);
    end_drop(&client);
    ends_run(&server, NULL);
    CHECK(server.ends == 1 && server.status == (clean ? 0 : -ECONNABORTED));
    end_drop(&server);
  }
}

/* A sink that pauses at each arrival gets all of it, also what lies decrypted already. */
static void check_pauses(void) {
  struct end server, client;
  unsigned char data[50000];
  for (size_t i = 0; i < sizeof data; i++)
    data[i] = pattern(i);
  shake(&server, &client, NULL);
  server.pause_at_once = true;
  server.piece = 1000;
  CHECK(end_write(&client, data, sizeof data) == 0);
  for (int i = 0; i < 60 && server.count < sizeof data; i++) {
    size_t before = server.count;
    ends_run(&server, &client);
    CHECK(server.count - before <= 1000);
    wr_endpoint_read(&server.tls.endpoint, true);
  }
  CHECK(server.count == sizeof data && memcmp(server.got, data, sizeof data) == 0);
  drop(&server, &client);
}

static void check_closing_within(void) {
  struct end server, client;
  int fds[2];
  shake(&server, &client, NULL);
  server.close_when_arrived = true;
  CHECK(end_write(&client, "x", 1) == 0);
  ends_run(&server, &client);
  CHECK(server.closed == 1 && server.released == 1 && client.ends == 1);
  drop(&server, &client);

  shake(&server, &client, NULL);
  server.close_when_ended = true;
  end_drop(&client);
  ends_run(&server, NULL);
  CHECK(server.closed == 1 && server.ends == 1);
  end_drop(&server);

  pair_make(fds);
  end_start(&server, server_context, fds[0], NULL, NULL, 0);
  end_start(&client, client_context, fds[1], NULL, NULL, 0);
  server.close_when_secured = client.close_when_secured = true;
  ends_run(&server, &client);
  CHECK(server.released == 1 && client.released == 1);
  drop(&server, &client);

  pair_make(fds);
  end_start(&server, server_context, fds[0], NULL, NULL, 0);
  end_drop(&server);
  close(fds[1]);
}

static void check_broken(void) {
  struct end server, client;
  for (int paused = 0; paused < 2; paused++) {
    shake(&server, &client, NULL);
    CHECK(end_write(&client, "before", 6) == 0);
    wr_endpoint_read(&server.tls.endpoint, !paused);
    wr_tls_ready(&server.tls, WR_TLS_BROKEN);
    CHECK(server.count == (paused ? 0 : 6) && server.ends == !paused);
    CHECK(server.wishes == 0);
    wr_endpoint_read(&server.tls.endpoint, true);
    wr_tls_ready(&server.tls, WR_TLS_BROKEN);
    CHECK(server.count == 6 && server.ends == 1 && server.status == -ECONNRESET);
    drop(&server, &client);
  }
  shake(&server, &client, NULL);
  end_drop(&server);
  CHECK(end_write(&client, "x", 1) == -EPIPE);
  end_drop(&client);
}

/* One key seals so many records only. */
static void check_new_keys(void) {
  struct end server, client;
  shake(&server, &client, NULL);
  client.tls.most_sealed = 10;
  for (int i = 0; i < 60; i++)
    CHECK(end_write(&client, "record", 6) == 0);
  ends_run(&server, &client);
  CHECK(server.count == 360 && server.tls.notices == 5 && server.ends == 0);
  CHECK(end_write(&server, "back", 4) == 0);
  ends_run(&server, &client);
  CHECK(client.count == 4);
  drop(&server, &client);
}

static void check_early(void) {
  unsigned char hello[8192];
  struct end server, client;
  int fds[2];
  for (size_t taken = 1; taken < 200; taken += 17) {
    pair_make(fds);
    end_start(&client, client_context, fds[1], NULL, NULL, 0);
    end_turn(&client);
    CHECK(read(fds[0], hello, taken) == (ssize_t)taken);
    end_start(&server, server_context, fds[0], NULL, hello, taken);
    ends_run(&server, &client);
    CHECK(server.done && server.shaken == 0 && client.shaken == 0);
    drop(&server, &client);
  }
}

static void check_contexts(void) {
  char words[WR_TLS_WORDS] = "";
  struct wr_tls_identity bad = {
      true, {"nonsense", 8}, {server_pem.key.bytes, server_pem.key.count}, ALPN};
  CHECK(!wr_tls_context_new(&bad, words) && *words);
  bad.certificate_pem =
      (struct wr_tls_bytes){client_pem.certificate.bytes, client_pem.certificate.count};
  CHECK(!wr_tls_context_new(&bad, words) && *words);
  bad.alpn = "a name that is much too long for this";
  CHECK(!wr_tls_context_new(&bad, words) && strstr(words, "too long"));
  struct wr_tcp_path path;
  int fds[2];
  pair_make(fds);
  CHECK(wr_tcp_look(fds[0], &path) < 0 && wr_tcp_look(-1, &path) == -EBADF);
  close(fds[0]);
  close(fds[1]);
}

int main(void) {
  server_pem = pem_make("P-256", 0);
  client_pem = pem_make("ED25519", 0);
  server_context = context_make(true, &server_pem, ALPN);
  client_context = context_make(false, &client_pem, ALPN);
  check_identities();
  check_one_record();
  check_order(65536);
  check_order(999);
  check_bound();
  check_ends();
  check_cut();
  check_paused();
  check_pauses();
  check_closing_within();
  check_broken();
  check_new_keys();
  check_early();
  check_contexts();
  wr_tls_context_free(server_context);
  wr_tls_context_free(client_context);
  pem_free(&server_pem);
  pem_free(&client_pem);
  return 0;
}
