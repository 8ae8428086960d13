#include "core.h"
#include "wrapper.h"

#include <cerrno>
#include <unistd.h>
#include <uv.h>

namespace wr {

namespace {

/* A stream socket in Node's event loop. */
struct UnixEndpoint : wr_endpoint {
  wr_stream core{};
  uv_poll_t poll{};
  int watched = 0;
  bool reading = false;
  /* The end may come next: what came before it is not known to wait. */
  bool awaits_end = false;
  /* The end was told. */
  bool over = false;
  bool closed = false;
};

UnixEndpoint *Of(wr_endpoint *endpoint) { return static_cast<UnixEndpoint *>(endpoint); }

void Ready(uv_poll_t *poll, int status, int events);

void Watch(UnixEndpoint *self) {
  if (self->closed)
    return;
  int wanted = (self->reading ? UV_READABLE : 0) | (self->core.queued > 0 ? UV_WRITABLE : 0);
  /* A peer that goes is noticed while nothing of it is read, too. */
  if (!self->reading && !self->over && self->awaits_end)
    wanted |= UV_DISCONNECT;
  if (wanted == self->watched)
    return;
  self->watched = wanted;
  if (wanted)
    uv_poll_start(&self->poll, wanted, Ready);
  else
    uv_poll_stop(&self->poll);
}

/* An end stays readable for good. */
void Over(UnixEndpoint *self, ssize_t status) {
  if (self->over)
    return;
  self->reading = false;
  self->over = true;
  Watch(self);
  self->sink->calls->ended(self->sink, static_cast<int>(status), nullptr);
}

void SendRest(UnixEndpoint *self) {
  int status = wr_stream_flush(&self->core);
  Watch(self);
  /* Of a peer that had ended before: what waits is of no use any more. */
  if (status != 0 && !self->over)
    Over(self, status);
  else if (self->core.queued == 0)
    self->sink->calls->drained(self->sink);
}

ssize_t Receive(UnixEndpoint *self) {
  size_t size = 0;
  wr_sink *sink = self->sink;
  unsigned char *room = sink->calls->room(sink, &size);
  ssize_t bytes = wr_stream_read(&self->core, room, size);
  if (bytes > 0)
    sink->calls->arrived(sink, static_cast<size_t>(bytes));
  return bytes == -EWOULDBLOCK ? -EAGAIN : bytes;
}

/* What came before the end is to be read first. */
void LookForEnd(UnixEndpoint *self) {
  ssize_t bytes = wr_stream_peek(&self->core);
  if (bytes <= 0 && bytes != -EAGAIN && bytes != -EWOULDBLOCK)
    return Over(self, bytes);
  self->awaits_end = false;
  Watch(self);
}

/* libuv has stopped and says no more than that; what came before can still be read. */
void Broken(UnixEndpoint *self) {
  self->watched = 0;
  if (self->over && self->core.queued > 0)
    return SendRest(self);
  if (!self->reading)
    return LookForEnd(self);
  while (!self->closed && self->reading) {
    ssize_t bytes = Receive(self);
    if (bytes <= 0)
      return Over(self, bytes == -EAGAIN ? -ECONNRESET : bytes);
  }
}

void Ready(uv_poll_t *poll, int status, int events) {
  auto *self = static_cast<UnixEndpoint *>(poll->data);
  if (status < 0)
    return Broken(self);
  if (events & UV_WRITABLE)
    SendRest(self);
  if (self->closed)
    return;
  if ((events & UV_READABLE) && self->reading) {
    ssize_t bytes = Receive(self);
    if (bytes <= 0 && bytes != -EAGAIN)
      Over(self, bytes);
  } else if ((events & UV_DISCONNECT) && !self->reading && !self->over) {
    LookForEnd(self);
  }
}

int Write(wr_endpoint *endpoint, const iovec *parts, size_t count) {
  int status = wr_stream_write(&Of(endpoint)->core, parts, count);
  Watch(Of(endpoint));
  return status;
}

size_t Unsent(const wr_endpoint *endpoint) {
  return static_cast<const UnixEndpoint *>(endpoint)->core.queued;
}

void Read(wr_endpoint *endpoint, bool wanted) {
  UnixEndpoint *self = Of(endpoint);
  if (self->over)
    return;
  self->reading = wanted;
  /* What lay before the end may have been read since. */
  self->awaits_end = true;
  Watch(self);
}

int End(wr_endpoint *endpoint) { return wr_stream_end(&Of(endpoint)->core); }

void Close(wr_endpoint *endpoint) {
  UnixEndpoint *self = Of(endpoint);
  self->closed = true;
  self->reading = false;
  uv_poll_stop(&self->poll);
  wr_stream_close(&self->core);
  uv_close(reinterpret_cast<uv_handle_t *>(&self->poll),
           [](uv_handle_t *handle) { delete static_cast<UnixEndpoint *>(handle->data); });
  self->sink->calls->closed(self->sink);
}

const wr_endpoint_calls kCalls = {Write, Unsent, Read, End, Close};

int Start(Napi::Env env, int fd, size_t most, UnixEndpoint *self) {
  int copy = wr_stream_duplicate(fd);
  if (copy < 0)
    return copy;
  uv_loop_t *loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  int status = wr_stream_open(&self->core, copy, most);
  if (status == 0)
    status = uv_poll_init(loop, &self->poll, copy);
  if (status != 0)
    close(copy);
  self->calls = &kCalls;
  self->poll.data = self;
  return status;
}

Napi::Value Open(const Napi::CallbackInfo &info) {
  auto *endpoint = new UnixEndpoint;
  int status = Start(info.Env(), info[0].As<Napi::Number>().Int32Value(),
                     info[1].As<Napi::Number>().Int64Value(), endpoint);
  if (status == 0)
    return Wrapper::Make(info.Env(), endpoint, info[2].As<Napi::Function>(),
                         info[3].As<Napi::Function>());
  delete endpoint;
  return Napi::Number::New(info.Env(), status);
}

} // namespace

void DefineUnix(Napi::Env env, Napi::Object exports) {
  exports.Set("open", Napi::Function::New<Open>(env, "open"));
}

} // namespace wr
