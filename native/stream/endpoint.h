/* The seam between connections and what is done with their bytes. A connection (a Unix stream, a
 * TLS stream) is an endpoint; what takes its bytes (a JavaScript wrapper, a relay) is its sink. All
 * of it happens on the loop's thread, and any call may be made from within any other. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wr_endpoint;
struct wr_sink;

struct wr_sink_calls {
  /* Where the next bytes are to be put, and how many fit: at least one. They are the endpoint's to
   * fill until arrived(), which comes before the next room(), or never when nothing was there. */
  unsigned char *(*room)(struct wr_sink *sink, size_t *size);
  /* `count` bytes, at least one, are at the front of what room() gave. */
  void (*arrived)(struct wr_sink *sink, size_t count);
  /* Something had to wait to be sent, and nothing waits any more: it is sent, or the peer had ended
   * and is gone. */
  void (*drained)(struct wr_sink *sink);
  /* The peer sends nothing more (0; what is written still goes), or the connection is of no use
   * any more (-errno). Once; nothing arrives after it. It comes also while nothing is read, but not
   * before what came ahead of the end was. `words`: what errno cannot say, or NULL. */
  void (*ended)(struct wr_sink *sink, int status, const char *words);
  /* The owner closes the endpoint, which must not be touched any more. */
  void (*closed)(struct wr_sink *sink);
};

struct wr_sink {
  const struct wr_sink_calls *calls;
};

struct wr_endpoint_calls {
  /* Sends the parts after what waits already; what cannot be sent now is copied and waits, so the
   * parts are the caller's again. 0, -EPIPE after end() or the connection's end, -ENOBUFS when more
   * than the endpoint's bound would wait (the connection is of no use then), or another -errno. No
   * call of the sink comes from within. */
  int (*write)(struct wr_endpoint *endpoint, const struct iovec *parts, size_t count);
  /* Bytes written that the kernel has not taken. */
  size_t (*unsent)(const struct wr_endpoint *endpoint);
  /* Begins or ends to read. Not wanted: no arrived() comes any more, from within room() and
   * arrived() neither. Wanted: what lies decrypted comes from the loop, never from within this
   * call. */
  void (*read)(struct wr_endpoint *endpoint, bool wanted);
  /* Tells the peer that nothing more comes, after what waits. 0 or -errno. */
  int (*end)(struct wr_endpoint *endpoint);
  /* At once; what waits is dropped and no call of the sink comes any more but closed(), from
   * within. The owner's to call, once. The memory stays until a call that is under way has
   * returned. */
  void (*close)(struct wr_endpoint *endpoint);
};

/* First member of whatever is one. */
struct wr_endpoint {
  const struct wr_endpoint_calls *calls;
  /* Never NULL. May be changed at any time, also from within its calls: the endpoint looks anew
   * before each call, and after each that it needs itself. What was put into the room of the sink
   * before is told to that one. */
  struct wr_sink *sink;
};

static inline int wr_endpoint_write(struct wr_endpoint *endpoint, const struct iovec *parts,
                                    size_t count) {
  return endpoint->calls->write(endpoint, parts, count);
}

static inline size_t wr_endpoint_unsent(const struct wr_endpoint *endpoint) {
  return endpoint->calls->unsent(endpoint);
}

static inline void wr_endpoint_read(struct wr_endpoint *endpoint, bool wanted) {
  endpoint->calls->read(endpoint, wanted);
}

static inline int wr_endpoint_end(struct wr_endpoint *endpoint) {
  return endpoint->calls->end(endpoint);
}

static inline void wr_endpoint_close(struct wr_endpoint *endpoint) {
  endpoint->calls->close(endpoint);
}

#ifdef __cplusplus
}
#endif
