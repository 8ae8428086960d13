/* Memory that is drawn into here and read by the compositor. */
#include "binding.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace wr {

namespace {

constexpr int64_t memoryMax = 1 << 30;

void unmap(napi_env, void *data, void *hint) { munmap(data, reinterpret_cast<size_t>(hint)); }

int makeFile(size_t bytes) {
  int fd = memfd_create("wayland-shm", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0)
    return -1;
  if (ftruncate(fd, static_cast<off_t>(bytes)) == 0 &&
      fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
    return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

/* createMemory(bytes) -> [ArrayBuffer, fd]; the mapping goes with the ArrayBuffer */
napi_value createMemory(napi_env env, napi_callback_info info) {
  napi_value values[1], result, buffer, descriptor;
  int32_t wanted;
  if (!readArguments(env, info, 1, values) || !readInt(env, values[0], &wanted))
    return nullptr;
  if (wanted <= 0 || wanted > memoryMax) {
    napi_throw_range_error(env, nullptr, "expected 1 byte to 1 GiB");
    return nullptr;
  }
  size_t bytes = static_cast<size_t>(wanted);
  int fd = makeFile(bytes);
  if (fd < 0)
    return throwErrno(env, "memfd_create", errno);
  void *data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED) {
    int error = errno;
    close(fd);
    return throwErrno(env, "mmap", error);
  }
  if (napi_create_external_arraybuffer(env, data, bytes, unmap, reinterpret_cast<void *>(bytes),
                                       &buffer) != napi_ok) {
    munmap(data, bytes);
    close(fd);
    napi_throw_error(env, nullptr, "the memory cannot be shown to JavaScript");
    return nullptr;
  }
  napi_create_array_with_length(env, 2, &result);
  napi_create_int32(env, fd, &descriptor);
  napi_set_element(env, result, 0, buffer);
  napi_set_element(env, result, 1, descriptor);
  return result;
}

/* releaseMemory(ArrayBuffer): every view of it becomes empty, then it is unmapped */
napi_value releaseMemory(napi_env env, napi_callback_info info) {
  napi_value values[1];
  if (readArguments(env, info, 1, values) && napi_detach_arraybuffer(env, values[0]) != napi_ok)
    napi_throw_type_error(env, nullptr, "expected an ArrayBuffer of createMemory");
  return nullptr;
}

} // namespace

napi_status defineMemoryFunctions(napi_env env, napi_value exports) {
  return defineFunctions(env, exports,
                         {{"createMemory", createMemory}, {"releaseMemory", releaseMemory}});
}

} // namespace wr
