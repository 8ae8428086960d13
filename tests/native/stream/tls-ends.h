/* Two ends of a TLS connection over a socket pair, driven by poll(2) in place of a loop. */
#pragma once

#include "tls.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                              \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

#define ALPN "wayray/1"

struct text {
  char *bytes;
  size_t count;
};

struct pem {
  struct text certificate, key;
};

struct sink {
  struct wr_sink base;
  struct end *end;
};

struct end {
  struct wr_tls tls;
  struct sink sink;
  int wishes;
  bool done; /* the handshake, one way or the other */
  int shaken;
  char shaken_words[WR_TLS_WORDS];
  unsigned char *got;
  size_t count, room, piece;
  int drained, ends, status, closed, released;
  char words[WR_TLS_WORDS];
  bool pause_at_once, close_when_arrived, close_when_secured, close_when_ended;
};

/* A self-signed certificate, longer by a comment. */
struct pem pem_make(const char *kind, size_t comment_bytes);
void pem_free(struct pem *pem);
struct wr_tls_context *context_make(bool server, const struct pem *pem, const char *alpn);

/* Takes fd. It reads from the start. */
void end_start(struct end *end, const struct wr_tls_context *context, int fd,
               struct wr_tls_memory *memory, const void *early, size_t early_bytes);
/* Also what it has received. Whatever is left of the connection is closed. */
void end_drop(struct end *end);
/* One look at the descriptor. @returns whether there was something to do */
bool end_turn(struct end *end);
/* Until none of them has anything to do; either may be NULL. */
void ends_run(struct end *one, struct end *other);
int end_write(struct end *end, const void *bytes, size_t count);

void pair_make(int fds[2]);
