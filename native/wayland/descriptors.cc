/* File descriptors that Node cannot handle itself: sealed memory and SCM_RIGHTS. */
#include "binding.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace wr {

namespace {

constexpr size_t maxMessageBytes = 65536;

napi_value intValue(napi_env env, int32_t number) {
  napi_value value = nullptr;
  napi_create_int32(env, number, &value);
  return value;
}

bool writeAll(int fd, const uint8_t *data, size_t length) {
  while (length) {
    ssize_t written = write(fd, data, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    data += written;
    length -= static_cast<size_t>(written);
  }
  return true;
}

/* Read-only, so that clients which map it shared get it in spite of the seal. */
int reopenReadOnly(int fd) {
  std::string path = "/proc/self/fd/" + std::to_string(fd);
  int reopened = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (reopened < 0)
    return fd;
  close(fd);
  return reopened;
}

/* createSealedFile(name, bytes) -> fd */
napi_value createSealedFile(napi_env env, napi_callback_info info) {
  napi_value values[2];
  std::string name;
  void *data;
  size_t length;
  if (!readArguments(env, info, 2, values) || !readText(env, values[0], &name))
    return nullptr;
  napi_get_buffer_info(env, values[1], &data, &length);
  int fd = memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0)
    return throwErrno(env, "memfd_create", errno);
  if (!writeAll(fd, static_cast<uint8_t *>(data), length) ||
      fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0) {
    int error = errno;
    close(fd);
    return throwErrno(env, "write", error);
  }
  return intValue(env, reopenReadOnly(fd));
}

bool readAddress(napi_env env, napi_value value, sockaddr_un *address) {
  std::string path;
  if (!readText(env, value, &path))
    return false;
  if (path.empty() || path.size() >= sizeof address->sun_path) {
    throwErrno(env, "bind", ENAMETOOLONG);
    return false;
  }
  *address = {};
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, path.c_str(), path.size());
  return true;
}

napi_value openSocket(napi_env env, napi_callback_info info, bool listening) {
  napi_value values[1];
  sockaddr_un address;
  if (!readArguments(env, info, 1, values) || !readAddress(env, values[0], &address))
    return nullptr;
  int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return throwErrno(env, "socket", errno);
  const auto *target = reinterpret_cast<const sockaddr *>(&address);
  bool good = listening ? bind(fd, target, sizeof address) == 0 && listen(fd, 16) == 0
                        : connect(fd, target, sizeof address) == 0;
  if (good)
    return intValue(env, fd);
  int error = errno;
  close(fd);
  return throwErrno(env, listening ? "bind" : "connect", error);
}

napi_value packetListen(napi_env env, napi_callback_info info) {
  return openSocket(env, info, true);
}

napi_value packetConnect(napi_env env, napi_callback_info info) {
  return openSocket(env, info, false);
}

/* packetAccept(fd) -> fd, or -1 when nobody waits */
napi_value packetAccept(napi_env env, napi_callback_info info) {
  napi_value values[1];
  int32_t fd;
  if (!readArguments(env, info, 1, values) || !readInt(env, values[0], &fd))
    return nullptr;
  int accepted = accept4(fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (accepted < 0 && errno != EAGAIN && errno != ECONNABORTED)
    return throwErrno(env, "accept", errno);
  return intValue(env, accepted);
}

int takeDescriptor(msghdr *message) {
  int kept = -1;
  for (cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
      continue;
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int fd;
      memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
      if (kept < 0)
        kept = fd;
      else
        close(fd);
    }
  }
  return kept;
}

/* packetReceive(fd) -> [data, fd or -1] | null when nothing waits | undefined at the end */
napi_value packetReceive(napi_env env, napi_callback_info info) {
  napi_value values[1], result = nullptr, data;
  int32_t fd;
  if (!readArguments(env, info, 1, values) || !readInt(env, values[0], &fd))
    return nullptr;
  std::vector<uint8_t> bytes(maxMessageBytes);
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * 4)];
  iovec part{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t length = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (length < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNRESET)
    return throwErrno(env, "recvmsg", errno);
  if (length < 0 && errno != ECONNRESET) {
    napi_get_null(env, &result);
    return result;
  }
  if (length <= 0)
    return nullptr;
  napi_create_array_with_length(env, 2, &result);
  napi_create_buffer_copy(env, static_cast<size_t>(length), bytes.data(), nullptr, &data);
  napi_set_element(env, result, 0, data);
  napi_set_element(env, result, 1, intValue(env, takeDescriptor(&message)));
  return result;
}

/* packetSend(fd, data, fdToPass or -1) */
napi_value packetSend(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int32_t fd, passed;
  void *data;
  size_t length;
  if (!readArguments(env, info, 3, values) || !readInt(env, values[0], &fd) ||
      !readInt(env, values[2], &passed))
    return nullptr;
  napi_get_buffer_info(env, values[1], &data, &length);
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  iovec part{data, length};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (passed >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof passed);
    memcpy(CMSG_DATA(header), &passed, sizeof passed);
  }
  if (sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    return throwErrno(env, "sendmsg", errno);
  return nullptr;
}

/* socketPair() -> [fd, fd], stream sockets as a Wayland connection needs them */
napi_value socketPair(napi_env env, napi_callback_info) {
  int fds[2];
  napi_value result;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    return throwErrno(env, "socketpair", errno);
  napi_create_array_with_length(env, 2, &result);
  napi_set_element(env, result, 0, intValue(env, fds[0]));
  napi_set_element(env, result, 1, intValue(env, fds[1]));
  return result;
}

struct Watch {
  uv_poll_t poll;
  napi_env env;
  napi_ref callback;
  napi_async_context async;
};

void onWatched(uv_poll_t *poll, int status, int) {
  auto *watch = static_cast<Watch *>(poll->data);
  napi_env env = watch->env;
  if (status < 0) /* libuv stops at POLLERR, but what came before it is still to be read */
    uv_poll_start(poll, UV_READABLE, onWatched);
  if (bindingOf(env)->closing)
    return;
  LoopScope scope(env, watch->async);
  napi_value callback, receiver, ignored;
  napi_get_reference_value(env, watch->callback, &callback);
  napi_get_undefined(env, &receiver);
  if (napi_call_function(env, receiver, callback, 0, nullptr, &ignored) == napi_pending_exception) {
    napi_get_and_clear_last_exception(env, &ignored);
    napi_fatal_exception(env, ignored);
  }
}

/* watch(fd, callback) -> watch, called whenever the fd is readable */
napi_value startWatch(napi_env env, napi_callback_info info) {
  napi_value values[2], name, result;
  int32_t fd;
  uv_loop_t *loop;
  if (!readArguments(env, info, 2, values) || !readInt(env, values[0], &fd))
    return nullptr;
  auto *watch = new Watch{{}, env, nullptr, nullptr};
  napi_get_uv_event_loop(env, &loop);
  int error = uv_poll_init(loop, &watch->poll, fd);
  if (error) {
    delete watch;
    return throwErrno(env, "uv_poll_init", -error);
  }
  napi_create_string_utf8(env, "descriptor", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, nullptr, name, &watch->async);
  napi_create_reference(env, values[1], 1, &watch->callback);
  watch->poll.data = watch;
  uv_poll_start(&watch->poll, UV_READABLE, onWatched);
  napi_create_external(env, watch, nullptr, nullptr, &result);
  return result;
}

/* stopWatch(watch): exactly once; the fd may be closed afterwards */
napi_value stopWatch(napi_env env, napi_callback_info info) {
  napi_value values[1];
  void *data;
  if (!readArguments(env, info, 1, values) ||
      napi_get_value_external(env, values[0], &data) != napi_ok)
    return nullptr;
  auto *watch = static_cast<Watch *>(data);
  uv_close(reinterpret_cast<uv_handle_t *>(&watch->poll), [](uv_handle_t *handle) {
    auto *closed = static_cast<Watch *>(handle->data);
    napi_handle_scope scope;
    napi_open_handle_scope(closed->env, &scope);
    napi_delete_reference(closed->env, closed->callback);
    napi_async_destroy(closed->env, closed->async);
    napi_close_handle_scope(closed->env, scope);
    delete closed;
  });
  return nullptr;
}

} // namespace

napi_status defineDescriptorFunctions(napi_env env, napi_value exports) {
  return defineFunctions(env, exports,
                         {{"createSealedFile", createSealedFile},
                          {"packetListen", packetListen},
                          {"packetConnect", packetConnect},
                          {"packetAccept", packetAccept},
                          {"packetReceive", packetReceive},
                          {"packetSend", packetSend},
                          {"socketPair", socketPair},
                          {"watch", startWatch},
                          {"stopWatch", stopWatch}});
}

} // namespace wr
