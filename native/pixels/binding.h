// Conversions that both halves of the addon share. They throw Napi errors, never across C frames.
#ifndef WR_PIXELS_BINDING_H
#define WR_PIXELS_BINDING_H

#include <napi.h>

extern "C" {
#include "picture.h"
}

namespace wr {

inline wr_picture picture(const Napi::Value &bytes, const Napi::Value &width,
                          const Napi::Value &height) {
  const int32_t w = width.As<Napi::Number>().Int32Value();
  const int32_t h = height.As<Napi::Number>().Int32Value();
  if (!bytes.IsTypedArray())
    throw Napi::TypeError::New(bytes.Env(), "picture bytes must be a Uint8Array");
  auto array = bytes.As<Napi::Uint8Array>();
  if (w < 1 || h < 1 || w > WR_PICTURE_MAX_SIDE || h > WR_PICTURE_MAX_SIDE ||
      array.ByteLength() != static_cast<size_t>(w) * static_cast<size_t>(h) * 4)
    throw Napi::RangeError::New(bytes.Env(), "picture bytes do not match width and height");
  if (reinterpret_cast<uintptr_t>(array.Data()) % alignof(uint32_t) != 0)
    throw Napi::RangeError::New(bytes.Env(), "picture bytes are not aligned to 4");
  return {reinterpret_cast<uint32_t *>(array.Data()), w, h};
}

// The numbers of an Int32Array as structs of N of them.
template <typename T>
std::pair<const T *, size_t> records(const Napi::Value &value, const char *what) {
  constexpr size_t stride = sizeof(T) / sizeof(int32_t);
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_int32_array)
    throw Napi::TypeError::New(value.Env(), std::string(what) + " must be an Int32Array");
  const auto array = value.As<Napi::Int32Array>();
  if (array.ElementLength() % stride != 0)
    throw Napi::RangeError::New(value.Env(), std::string(what) + " must hold " +
                                                 std::to_string(stride) + " numbers per item");
  return {reinterpret_cast<const T *>(array.Data()), array.ElementLength() / stride};
}

void exportCodec(Napi::Env env, Napi::Object exports);
void exportComposite(Napi::Env env, Napi::Object exports);

} // namespace wr

#endif
