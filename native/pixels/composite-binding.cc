#include "binding.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

extern "C" {
#include "composite.h"
#include "formats.h"
}

namespace {

constexpr napi_type_tag sourceTag = WR_PIXEL_SOURCE_TAG;
constexpr size_t drawStride = 15;
// Beyond any output, and far from overflow when two are added.
constexpr double coordinateLimit = 1 << 20;

struct OwnedImage {
  wr_pixel_source source;
  std::vector<uint8_t> pixels;
};

const void *ownedBegin(wr_pixel_source *source) {
  return reinterpret_cast<OwnedImage *>(source)->pixels.data();
}

void ownedEnd(wr_pixel_source *) {}

Napi::Value createImage(const Napi::CallbackInfo &info) {
  const wr_picture picture = wr::picture(info[2], info[0], info[1]);
  const auto bytes = reinterpret_cast<const uint8_t *>(picture.pixels);
  const size_t length =
      static_cast<size_t>(picture.width) * static_cast<size_t>(picture.height) * 4;
  auto *image = new OwnedImage{{WR_PIXEL_SOURCE_ABI, picture.width, picture.height,
                                picture.width * 4, 0, ownedBegin, ownedEnd},
                               std::vector<uint8_t>(bytes, bytes + length)};
  auto external = Napi::External<wr_pixel_source>::New(
      info.Env(), &image->source, [](Napi::Env env, wr_pixel_source *source) {
        auto *owned = reinterpret_cast<OwnedImage *>(source);
        Napi::MemoryManagement::AdjustExternalMemory(env,
                                                     -static_cast<int64_t>(owned->pixels.size()));
        delete owned;
      });
  Napi::MemoryManagement::AdjustExternalMemory(info.Env(), static_cast<int64_t>(length));
  external.TypeTag(&sourceTag);
  return external;
}

std::string formatName(uint32_t format) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", format);
  std::string name = text;
  char letters[4];
  std::memcpy(letters, &format, 4);
  for (char c : letters)
    if (c < ' ' || c > '~')
      return name;
  return name + " (" + std::string(letters, 4) + ")";
}

wr_pixel_source *sourceAt(const Napi::Array &sources, double index, size_t item) {
  const auto env = sources.Env();
  const std::string where = "display list item " + std::to_string(item);
  if (!(index >= 0 && index < sources.Length() && index == std::floor(index)))
    throw Napi::RangeError::New(env, where + ": no such source");
  const Napi::Value value = sources.Get(static_cast<uint32_t>(index));
  if (!value.IsExternal())
    throw Napi::TypeError::New(env, where + ": source is not a pixel source");
  const auto external = value.As<Napi::External<wr_pixel_source>>();
  if (!external.CheckTypeTag(&sourceTag) || external.Data()->abi != WR_PIXEL_SOURCE_ABI)
    throw Napi::TypeError::New(env, where + ": source is not a pixel source");
  wr_pixel_source *source = external.Data();
  if (!wr_format_find(source->format))
    throw Napi::TypeError::New(env, where + ": unknown pixel format " + formatName(source->format));
  return source;
}

void checkRange(Napi::Env env, size_t item, const double *numbers) {
  bool fine = (numbers[0] == 0 || numbers[0] == 1) && numbers[10] >= 0 && numbers[10] <= 7 &&
              numbers[11] >= 0 && numbers[11] <= 1 && numbers[12] >= 0 &&
              numbers[12] <= 0xffffffffu;
  for (int i = 2; i < 10; i++)
    fine = fine && std::fabs(numbers[i]) <= coordinateLimit;
  if (!fine) // a NaN fails every comparison
    throw Napi::RangeError::New(env, "display list item " + std::to_string(item) +
                                         ": a number is out of range");
}

wr_draw drawOf(const double *n, const Napi::Array &sources, size_t item) {
  checkRange(sources.Env(), item, n);
  wr_draw draw = {};
  draw.kind = n[0] == 0 ? WR_DRAW_SOLID : WR_DRAW_IMAGE;
  if (draw.kind == WR_DRAW_IMAGE)
    draw.source = sourceAt(sources, n[1], item);
  draw.to = {static_cast<int32_t>(n[2]), static_cast<int32_t>(n[3]), static_cast<int32_t>(n[4]),
             static_cast<int32_t>(n[5])};
  draw.sx = n[6];
  draw.sy = n[7];
  draw.sw = n[8];
  draw.sh = n[9];
  draw.transform = static_cast<int>(n[10]);
  draw.alpha = n[11];
  draw.colour = static_cast<uint32_t>(n[12]);
  draw.opaque = n[13] != 0;
  draw.bilinear = n[14] != 0;
  return draw;
}

Napi::Value composite(const Napi::CallbackInfo &info) {
  const auto env = info.Env();
  wr_picture target = wr::picture(info[0], info[1], info[2]);
  if (!info[3].IsTypedArray() ||
      info[3].As<Napi::TypedArray>().TypedArrayType() != napi_float64_array ||
      info[3].As<Napi::TypedArray>().ElementLength() % drawStride != 0)
    throw Napi::TypeError::New(env, "display list must be a Float64Array of DRAW_STRIDE per item");
  const auto list = info[3].As<Napi::Float64Array>();
  const auto sources = info[4].As<Napi::Array>();
  const auto [damage, damageCount] = wr::records<wr_rect>(info[5], "damage");
  std::vector<wr_draw> items;
  items.reserve(list.ElementLength() / drawStride);
  for (size_t i = 0; i * drawStride < list.ElementLength(); i++)
    items.push_back(drawOf(list.Data() + i * drawStride, sources, i));
  if (!wr_composite(&target, items.data(), items.size(), damage, damageCount))
    throw Napi::Error::New(env, "no memory to composite");
  return env.Undefined();
}

} // namespace

void wr::exportComposite(Napi::Env env, Napi::Object exports) {
  size_t count;
  const wr_format *list = wr_format_list(&count);
  auto formats = Napi::Uint32Array::New(env, count);
  for (size_t i = 0; i < count; i++)
    formats[i] = list[i].shm;
  exports.Set("formats", formats);
  exports.Set("drawStride", Napi::Number::New(env, drawStride));
  exports.Set("createImage", Napi::Function::New(env, createImage));
  exports.Set("composite", Napi::Function::New(env, composite));
}
