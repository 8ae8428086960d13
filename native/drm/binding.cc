#include "core.h"
#include "hotplug.h"
#include "wr_loop.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <napi.h>
#include <set>
#include <string>
#include <vector>

namespace {

[[noreturn]] void ThrowFailure(Napi::Env env, const char *call, int number) {
  Napi::Error error = Napi::Error::New(env, std::string(call) + ": " + std::strerror(number));
  error.Set("call", Napi::String::New(env, call));
  error.Set("errno", Napi::Number::New(env, number));
  throw error;
}

[[noreturn]] void ThrowFailure(Napi::Env env, const wr_drm_device &device) {
  ThrowFailure(env, device.failure.call, device.failure.number);
}

Napi::Value BytesOf(Napi::Env env, const void *bytes, size_t length) {
  auto copy = Napi::Uint8Array::New(env, length);
  if (length > 0)
    std::memcpy(copy.Data(), bytes, length);
  return copy;
}

Napi::Array NumbersOf(Napi::Env env, const uint32_t *numbers, size_t count) {
  auto list = Napi::Array::New(env, count);
  for (size_t i = 0; i < count; i++)
    list.Set(static_cast<uint32_t>(i), numbers[i]);
  return list;
}

Napi::Object ModeOf(Napi::Env env, const drm_mode_modeinfo &mode) {
  auto object = Napi::Object::New(env);
  object.Set("raw", BytesOf(env, &mode, sizeof mode));
  object.Set("name", Napi::String::New(env, mode.name));
  object.Set("width", mode.hdisplay);
  object.Set("height", mode.vdisplay);
  object.Set("clockKhz", mode.clock);
  object.Set("totalWidth", mode.htotal);
  object.Set("totalHeight", mode.vtotal);
  object.Set("flags", mode.flags);
  object.Set("type", mode.type);
  return object;
}

class Output;

class Device : public Napi::ObjectWrap<Device> {
public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(
        env, "Device",
        {InstanceMethod<&Device::Facts>("facts"), InstanceMethod<&Device::Resources>("resources"),
         InstanceMethod<&Device::Connector>("connector"), InstanceMethod<&Device::Planes>("planes"),
         InstanceMethod<&Device::TakeMaster>("takeMaster"),
         InstanceMethod<&Device::DropMaster>("dropMaster"),
         InstanceMethod<&Device::IsMaster>("isMaster"), InstanceMethod<&Device::Close>("close")});
  }

  /* (path or descriptor, legacy, flipped, lost) */
  explicit Device(const Napi::CallbackInfo &info)
      : Napi::ObjectWrap<Device>(info), env_(info.Env()) {
    if (!OpenCore(info[0], info[1].As<Napi::Boolean>()))
      ThrowFailure(env_, core);
    flipped_ = Napi::Persistent(info[2].As<Napi::Function>());
    lost_ = Napi::Persistent(info[3].As<Napi::Function>());
    int status = wr::Poll::Start(env_, core.fd, Readable, this, &poll_);
    if (status != 0) {
      wr_drm_device_close(&core);
      ThrowFailure(env_, "uv_poll", -status);
    }
    Ref(); /* stays until it is closed */
    napi_add_env_cleanup_hook(env_, AtExit, this);
  }

  wr_drm_device &Open() {
    if (core.fd < 0)
      ThrowFailure(env_, "closed", EBADF);
    return core;
  }

  wr_drm_device core;
  std::set<Output *> outputs;

private:
  bool OpenCore(const Napi::Value &device, bool legacy) {
    if (device.IsNumber())
      return wr_drm_device_borrow(&core, &wr_drm_kernel, device.As<Napi::Number>(), legacy);
    std::string path = device.As<Napi::String>();
    return wr_drm_device_open(&core, &wr_drm_kernel, path.c_str(), legacy);
  }

  /* What is mapped stays mapped: JavaScript cannot be told any more. */
  static void AtExit(void *self) {
    Device *device = static_cast<Device *>(self);
    device->poll_.reset();
    wr_drm_device_close(&device->core);
  }

  static void Readable(uv_poll_t *poll, int, int) {
    Device *device = static_cast<Device *>(poll->data);
    Napi::HandleScope scope(device->env_);
    device->Read();
  }

  struct Flip {
    uint32_t crtc, sequence;
    double time_us;
  };

  void Read() {
    std::vector<Flip> flips;
    bool read = wr_drm_read_events(
        &core,
        [](void *list, uint32_t crtc, uint32_t sequence, uint64_t time_us) {
          static_cast<std::vector<Flip> *>(list)->push_back(
              {crtc, sequence, static_cast<double>(time_us)});
        },
        &flips);
    /* A descriptor that fails would be found readable for ever. */
    if (!read)
      poll_.reset();
    for (const Flip &flip : flips)
      wr::CallBack(env_, flipped_,
                   {Napi::Number::New(env_, flip.crtc), Napi::Number::New(env_, flip.sequence),
                    Napi::Number::New(env_, flip.time_us)});
    if (!read)
      wr::CallBack(env_, lost_, {Napi::Number::New(env_, core.failure.number)});
  }

  Napi::Value Facts(const Napi::CallbackInfo &) {
    auto facts = Napi::Object::New(env_);
    facts.Set("driver", Napi::String::New(env_, Open().driver));
    facts.Set("atomic", core.atomic);
    facts.Set("cursorWidth", core.cursor_width);
    facts.Set("cursorHeight", core.cursor_height);
    return facts;
  }

  Napi::Value Resources(const Napi::CallbackInfo &) {
    wr_drm_resources found;
    if (!wr_drm_read_resources(&Open(), &found))
      ThrowFailure(env_, core);
    auto resources = Napi::Object::New(env_);
    resources.Set("crtcs", NumbersOf(env_, found.crtcs, found.crtc_count));
    resources.Set("connectors", NumbersOf(env_, found.connectors, found.connector_count));
    return resources;
  }

  Napi::Value Connector(const Napi::CallbackInfo &info) {
    auto found = std::make_unique<wr_drm_connector>();
    if (!wr_drm_read_connector(&Open(), info[0].As<Napi::Number>(), found.get()))
      ThrowFailure(env_, core);
    auto connector = Napi::Object::New(env_);
    connector.Set("id", found->id);
    connector.Set("type", found->type);
    connector.Set("typeId", found->type_id);
    connector.Set("connected", found->connected);
    connector.Set("nonDesktop", found->non_desktop);
    connector.Set("linkBad", found->link_bad);
    connector.Set("widthMm", found->width_mm);
    connector.Set("heightMm", found->height_mm);
    connector.Set("possibleCrtcs", found->possible_crtcs);
    connector.Set("edid", BytesOf(env_, found->edid, found->edid_length));
    auto modes = Napi::Array::New(env_, found->mode_count);
    for (uint32_t i = 0; i < found->mode_count; i++)
      modes.Set(i, ModeOf(env_, found->modes[i]));
    connector.Set("modes", modes);
    return connector;
  }

  Napi::Value Planes(const Napi::CallbackInfo &) {
    wr_drm_plane found[WR_DRM_PLANES_MAX];
    size_t count;
    if (!wr_drm_read_planes(&Open(), found, &count))
      ThrowFailure(env_, core);
    auto planes = Napi::Array::New(env_, count);
    for (uint32_t i = 0; i < count; i++) {
      auto plane = Napi::Object::New(env_);
      plane.Set("id", found[i].id);
      plane.Set("type", found[i].type);
      plane.Set("possibleCrtcs", found[i].possible_crtcs);
      planes.Set(i, plane);
    }
    return planes;
  }

  void TakeMaster(const Napi::CallbackInfo &) {
    if (!wr_drm_device_take_master(&Open()))
      ThrowFailure(env_, core);
  }
  void DropMaster(const Napi::CallbackInfo &) {
    if (!wr_drm_device_drop_master(&Open()))
      ThrowFailure(env_, core);
  }
  Napi::Value IsMaster(const Napi::CallbackInfo &) {
    return Napi::Boolean::New(env_, wr_drm_device_is_master(&Open()));
  }

  void Close(const Napi::CallbackInfo &);

  Napi::Env env_;
  Napi::FunctionReference flipped_, lost_;
  std::unique_ptr<wr::Poll> poll_;
};

class Output : public Napi::ObjectWrap<Output> {
public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(
        env, "Output",
        {InstanceMethod<&Output::Buffers>("buffers"), InstanceMethod<&Output::Light>("light"),
         InstanceMethod<&Output::Sleep>("sleep"), InstanceMethod<&Output::Draw>("draw"),
         InstanceMethod<&Output::Blend>("blend"), InstanceMethod<&Output::Flip>("flip"),
         InstanceMethod<&Output::SetCursor>("setCursor"),
         InstanceMethod<&Output::HideCursor>("hideCursor"),
         InstanceMethod<&Output::MoveCursor>("moveCursor"),
         InstanceMethod<&Output::Close>("close")});
  }

  /* (device, connector, crtc, mode) */
  explicit Output(const Napi::CallbackInfo &info)
      : Napi::ObjectWrap<Output>(info), env_(info.Env()) {
    device_ = Device::Unwrap(info[0].As<Napi::Object>());
    drm_mode_modeinfo mode;
    std::memcpy(&mode, info[3].As<Napi::Uint8Array>().Data(), sizeof mode);
    core_ = wr_drm_output_open(&device_->Open(), info[1].As<Napi::Number>(),
                               info[2].As<Napi::Number>(), &mode);
    if (!core_)
      ThrowFailure(env_, device_->core);
    for (int i = 0; i < 2; i++) {
      const wr_drm_buffer &buffer = core_->buffers[i];
      pixels_[i] = Napi::Persistent(Napi::ArrayBuffer::New(env_, buffer.pixels, buffer.size));
    }
    device_->outputs.insert(this);
    Ref();
  }

  void CloseNow() {
    if (!core_)
      return;
    /* Memory that JavaScript still sees must not go. */
    for (auto &pixels : pixels_) {
      pixels.Value().Detach();
      pixels.Reset();
    }
    wr_drm_output_close(core_);
    core_ = nullptr;
    device_->outputs.erase(this);
    Unref();
  }

private:
  wr_drm_output *Open() const {
    if (!core_)
      ThrowFailure(env_, "closed", EBADF);
    return core_;
  }

  Napi::Value Buffers(const Napi::CallbackInfo &) {
    Open();
    auto list = Napi::Array::New(env_, 2);
    for (uint32_t i = 0; i < 2; i++) {
      auto buffer = Napi::Object::New(env_);
      buffer.Set("pixels", pixels_[i].Value());
      buffer.Set("stride", core_->buffers[i].stride);
      list.Set(i, buffer);
    }
    return list;
  }

  void Light(const Napi::CallbackInfo &info) {
    if (!wr_drm_output_light(Open(), info[0].As<Napi::Number>().Uint32Value()))
      ThrowFailure(env_, device_->core);
  }

  void Sleep(const Napi::CallbackInfo &) {
    if (!wr_drm_output_sleep(Open()))
      ThrowFailure(env_, device_->core);
  }

  /* (buffer, picture, width, height, rects) */
  void Draw(const Napi::CallbackInfo &info) {
    auto picture = info[1].As<Napi::Uint8Array>();
    auto rects = info[4].As<Napi::Int32Array>();
    wr_drm_buffer *buffer = &Open()->buffers[info[0].As<Napi::Number>().Uint32Value() & 1];
    wr_drm_buffer_draw(buffer, picture.Data(), info[2].As<Napi::Number>(),
                       info[3].As<Napi::Number>(), rects.Data(), rects.ElementLength() / 4);
  }

  /* (buffer, below, width, height, over, width, height, x, y) */
  void Blend(const Napi::CallbackInfo &info) {
    auto number = [&info](size_t i) { return info[i].As<Napi::Number>(); };
    wr_drm_picture below = {info[1].As<Napi::Uint8Array>().Data(), number(2), number(3)};
    wr_drm_picture over = {info[4].As<Napi::Uint8Array>().Data(), number(5), number(6)};
    wr_drm_buffer_blend(&Open()->buffers[number(0).Uint32Value() & 1], &below, &over, number(7),
                        number(8));
  }

  /* (buffer, rects) */
  Napi::Value Flip(const Napi::CallbackInfo &info) {
    auto rects = info[1].As<Napi::Int32Array>();
    wr_drm_flip flip = wr_drm_output_flip(Open(), info[0].As<Napi::Number>().Uint32Value(),
                                          rects.Data(), rects.ElementLength() / 4);
    if (flip == WR_DRM_FLIP_FAILED)
      ThrowFailure(env_, device_->core);
    return Napi::Boolean::New(env_, flip == WR_DRM_FLIP_EVENT);
  }

  /* (width, height, hotspotX, hotspotY, argb) */
  void SetCursor(const Napi::CallbackInfo &info) {
    if (!wr_drm_output_set_cursor(Open(), info[0].As<Napi::Number>(), info[1].As<Napi::Number>(),
                                  info[2].As<Napi::Number>(), info[3].As<Napi::Number>(),
                                  info[4].As<Napi::Uint8Array>().Data()))
      ThrowFailure(env_, device_->core);
  }

  void HideCursor(const Napi::CallbackInfo &) {
    if (!wr_drm_output_hide_cursor(Open()))
      ThrowFailure(env_, device_->core);
  }

  void MoveCursor(const Napi::CallbackInfo &info) {
    if (!wr_drm_output_move_cursor(Open(), info[0].As<Napi::Number>(), info[1].As<Napi::Number>()))
      ThrowFailure(env_, device_->core);
  }

  void Close(const Napi::CallbackInfo &) { CloseNow(); }

  Napi::Env env_;
  Device *device_ = nullptr;
  wr_drm_output *core_ = nullptr;
  Napi::Reference<Napi::ArrayBuffer> pixels_[2];
};

void Device::Close(const Napi::CallbackInfo &) {
  if (core.fd < 0)
    return;
  while (!outputs.empty())
    (*outputs.begin())->CloseNow();
  napi_remove_env_cleanup_hook(env_, AtExit, this);
  poll_.reset();
  wr_drm_device_close(&core);
  Unref();
}

class Hotplug : public Napi::ObjectWrap<Hotplug> {
public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Hotplug", {InstanceMethod<&Hotplug::Close>("close")});
  }

  /* (changed) */
  explicit Hotplug(const Napi::CallbackInfo &info)
      : Napi::ObjectWrap<Hotplug>(info), env_(info.Env()), core_(wr_drm_hotplug_open()) {
    if (!core_)
      ThrowFailure(env_, "udev_monitor", errno);
    changed_ = Napi::Persistent(info[0].As<Napi::Function>());
    int status = wr::Poll::Start(env_, wr_drm_hotplug_fd(core_), Readable, this, &poll_);
    if (status != 0) {
      wr_drm_hotplug_close(core_);
      ThrowFailure(env_, "uv_poll", -status);
    }
    Ref();
    napi_add_env_cleanup_hook(env_, AtExit, this);
  }

private:
  static void AtExit(void *self) { static_cast<Hotplug *>(self)->CloseNow(); }

  static void Readable(uv_poll_t *poll, int, int) {
    Hotplug *hotplug = static_cast<Hotplug *>(poll->data);
    Napi::HandleScope scope(hotplug->env_);
    if (wr_drm_hotplug_take(hotplug->core_))
      wr::CallBack(hotplug->env_, hotplug->changed_, {});
  }

  void CloseNow() {
    poll_.reset();
    if (core_)
      wr_drm_hotplug_close(core_);
    core_ = nullptr;
  }

  void Close(const Napi::CallbackInfo &) {
    if (!core_)
      return;
    napi_remove_env_cleanup_hook(env_, AtExit, this);
    CloseNow();
    Unref();
  }

  Napi::Env env_;
  wr_drm_hotplug *core_;
  Napi::FunctionReference changed_;
  std::unique_ptr<wr::Poll> poll_;
};

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("Device", Device::Define(env));
  exports.Set("Output", Output::Define(env));
  exports.Set("Hotplug", Hotplug::Define(env));
  exports.Set("modeBytes", static_cast<uint32_t>(sizeof(drm_mode_modeinfo)));
  return exports;
}

} // namespace

NODE_API_MODULE(drm, Init)
