/* TLS 1.3 over a connected stream socket, as an endpoint. It knows no loop: its owner watches the
 * descriptor and tells what it is ready for. */
#pragma once

#include "core.h"
#include "endpoint.h"
#include "tls-context.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the owner is to watch for, and tells by wr_tls_ready(). */
#define WR_TLS_READABLE 1
#define WR_TLS_WRITABLE 2
/* The peer has gone, or sends nothing more. */
#define WR_TLS_HANGUP 4
/* In a later turn of the loop, whatever the descriptor is ready for. */
#define WR_TLS_SOON 8
/* Only told: the descriptor is of no use any more, though what came may still be read. */
#define WR_TLS_BROKEN 16

/* Besides what the system says: rules of TLS that the peer broke, -EPROTO; a connection that ended
 * in the middle of it, -ECONNABORTED. */

struct wr_tls;

struct wr_tls_owner {
  void (*watch)(struct wr_tls *tls, int wishes);
  /* Once, from wr_tls_ready(): the handshake is done (0), and the sink must be there before it
   * returns; or has failed, and `words` say why. */
  void (*secured)(struct wr_tls *tls, int status, const char *words);
  /* After its close; the memory is the owner's to free now. */
  void (*released)(struct wr_tls *tls);
};

struct wr_tls_batch {
  unsigned char *bytes;
  size_t used, room;
};

struct wr_tls {
  struct wr_endpoint endpoint;
  const struct wr_tls_owner *owner;
  struct wr_stream stream; /* of records */
  SSL *ssl;
  struct wr_tls_memory *memory; /* the owner's, a client's, or NULL */
  unsigned char alpn[33];       /* its length, then it */
  /* What somebody else has read of the socket already. */
  unsigned char *early;
  size_t early_at, early_bytes;
  struct wr_tls_batch *batch; /* where records are gathered while a call is under way, or NULL */
  int failure;                /* of the socket below, or a rule that was broken: -errno */
  const char *why;            /* a rule */
  int reads;                  /* that may still be made within this turn */
  uint64_t received;          /* bytes of records */
  uint64_t notices;           /* messages of TLS itself after the handshake */
  uint64_t sealed;            /* records under the key of now */
  uint64_t most_sealed;
  int wishes;
  int calls;       /* under way, which may still touch this */
  bool secured;    /* the owner knows the peer */
  bool reading;    /* the sink wants bytes */
  bool left;       /* bytes may lie decrypted that no descriptor tells of */
  bool awaits_end; /* the end may come next: what came before it is not known to wait */
  bool over;       /* the end was told */
  bool dead;       /* nothing can be sent any more */
  bool waits;      /* something had to wait to be sent */
  bool closed;
};

struct wr_tls_options {
  int fd;      /* taken over, also when it fails */
  size_t most; /* bytes that may wait to be sent */
  struct wr_tls_bytes early;
  const char *server_name; /* a client's, or NULL */
  struct wr_tls_memory *memory;
};

/* Begins, and calls the owner's watch(). 0, or -errno and nothing is to be closed. The context is
 * not needed any more. */
int wr_tls_start(struct wr_tls *tls, const struct wr_tls_context *context,
                 const struct wr_tls_owner *owner, const struct wr_tls_options *start);
/* Instead of a close, while nobody was told of it: the owner is not called. */
void wr_tls_abandon(struct wr_tls *tls);
/* The sink's calls come from within. */
void wr_tls_ready(struct wr_tls *tls, int events);

/* NULL when it is another kind of endpoint. */
struct wr_tls *wr_tls_from(struct wr_endpoint *endpoint);

/* The peer's certificate as DER, to be freed with OPENSSL_free(): its length, or 0 when there is
 * none. */
int wr_tls_certificate(const struct wr_tls *tls, unsigned char **der);
/* Both sides agreed on our protocol's name. */
bool wr_tls_agreed(const struct wr_tls *tls);
/* The peer's key was not used; it has shown that it is who it was. */
bool wr_tls_resumed(const struct wr_tls *tls);

#ifdef __cplusplus
}
#endif
