#include "core.h"
#include "wr_loop.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <napi.h>
#include <string>
#include <utility>
#include <vector>

namespace {

constexpr size_t kRecordNumbers = 9;

[[noreturn]] void ThrowFailure(Napi::Env env, const char *call, int number) {
  Napi::Error error = Napi::Error::New(env, std::string(call) + ": " + std::strerror(number));
  error.Set("call", Napi::String::New(env, call));
  error.Set("errno", Napi::Number::New(env, number));
  throw error;
}

Napi::Float64Array NumbersOf(Napi::Env env, const wr_input_queue &queue) {
  auto numbers = Napi::Float64Array::New(env, queue.count * kRecordNumbers);
  double *next = numbers.Data();
  for (size_t i = 0; i < queue.count; i++) {
    const wr_input_record &record = queue.records[i];
    const double fields[kRecordNumbers] = {static_cast<double>(record.kind),
                                           static_cast<double>(record.device),
                                           static_cast<double>(record.time_us),
                                           static_cast<double>(record.code),
                                           static_cast<double>(record.state),
                                           record.a,
                                           record.b,
                                           record.c,
                                           record.d};
    next = std::copy(fields, fields + kRecordNumbers, next);
  }
  return numbers;
}

class Input : public Napi::ObjectWrap<Input> {
public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(
        env, "Input",
        {InstanceMethod<&Input::Dispatch>("dispatch"), InstanceMethod<&Input::Describe>("describe"),
         InstanceMethod<&Input::SetLeds>("setLeds"), InstanceMethod<&Input::Seat>("seat"),
         InstanceMethod<&Input::OpenDevice>("openDevice"),
         InstanceMethod<&Input::CloseDevice>("closeDevice"),
         InstanceMethod<&Input::Close>("close")});
  }

  /* (daemon, speed, profile, naturalScroll, tap, leftHanded, taken, lost, said) */
  explicit Input(const Napi::CallbackInfo &info)
      : Napi::ObjectWrap<Input>(info), env_(info.Env()), core_(std::make_unique<wr_input>()) {
    const wr_input_settings settings = {
        info[1].As<Napi::Number>().DoubleValue(), info[2].As<Napi::Number>().Uint32Value(),
        info[3].As<Napi::Boolean>(), info[4].As<Napi::Boolean>(), info[5].As<Napi::Boolean>()};
    taken_ = Napi::Persistent(info[6].As<Napi::Function>());
    lost_ = Napi::Persistent(info[7].As<Napi::Function>());
    said_ = Napi::Persistent(info[8].As<Napi::Function>());
    if (!wr_input_open(core_.get(), &wr_input_kernel, info[0].As<Napi::Boolean>(), &settings))
      ThrowFailure(env_, core_->call, core_->number);
    Watch();
    open_ = true;
    Ref(); /* stays until it is closed */
    napi_add_env_cleanup_hook(env_, AtExit, this);
  }

private:
  void Watch() {
    int seat_fd = wr_input_seat_fd(&core_->seat);
    int status = wr::Poll::Start(env_, wr_input_fd(core_.get()), Readable, this, &devices_poll_);
    if (status == 0 && seat_fd >= 0)
      status = wr::Poll::Start(env_, seat_fd, Readable, this, &seat_poll_);
    if (status == 0)
      return;
    Unwatch();
    wr_input_close(core_.get());
    ThrowFailure(env_, "uv_poll", -status);
  }

  void Unwatch() {
    devices_poll_.reset();
    seat_poll_.reset();
  }

  static void AtExit(void *self) {
    Input *input = static_cast<Input *>(self);
    input->Unwatch();
    wr_input_close(input->core_.get());
  }

  static void Readable(uv_poll_t *poll, int, int) {
    Input *input = static_cast<Input *>(poll->data);
    Napi::HandleScope scope(input->env_);
    input->Take();
  }

  static void Taken(void *self, const wr_input_queue *queue) {
    Input *input = static_cast<Input *>(self);
    /* Who has closed it wants to hear no more. */
    if (input->closing_)
      return;
    Napi::HandleScope scope(input->env_);
    wr::CallBack(input->env_, input->taken_, {NumbersOf(input->env_, *queue)});
  }

  void Take() {
    if (!open_ || taking_)
      return;
    taking_ = true;
    bool there = wr_input_dispatch(core_.get(), Taken, this);
    Say();
    if (!there && !closing_) {
      /* A descriptor that fails would be found readable for ever. */
      Unwatch();
      wr::CallBack(env_, lost_,
                   {Napi::String::New(env_, core_->call), Napi::Number::New(env_, core_->number)});
    }
    taking_ = false;
    if (closing_)
      CloseNow();
  }

  void Say() {
    size_t count = std::exchange(core_->log_count, 0);
    for (size_t i = 0; i < count && !closing_; i++)
      wr::CallBack(env_, said_, {Napi::String::New(env_, core_->log[i])});
  }

  wr_input *Open() const {
    if (!open_)
      ThrowFailure(env_, "closed", EBADF);
    return core_.get();
  }

  void Dispatch(const Napi::CallbackInfo &) {
    Open();
    Take();
  }

  /* (id) */
  Napi::Value Describe(const Napi::CallbackInfo &info) {
    const wr_input_device *found = wr_input_find(Open(), info[0].As<Napi::Number>().Uint32Value());
    if (!found)
      return env_.Null();
    auto device = Napi::Object::New(env_);
    device.Set("name", Napi::String::New(env_, found->name));
    device.Set("node", Napi::String::New(env_, found->node));
    device.Set("output", Napi::String::New(env_, found->output));
    device.Set("vendor", found->vendor);
    device.Set("product", found->product);
    device.Set("abilities", found->abilities);
    return device;
  }

  /* (mask) */
  void SetLeds(const Napi::CallbackInfo &info) {
    wr_input_set_leds(Open(), info[0].As<Napi::Number>().Uint32Value());
  }

  Napi::Value Seat(const Napi::CallbackInfo &) {
    const wr_input_seat &core = Open()->seat;
    auto seat = Napi::Object::New(env_);
    seat.Set("daemon", core.daemon != nullptr);
    seat.Set("active", core.active);
    seat.Set("name", Napi::String::New(env_, wr_input_seat_name(&core)));
    return seat;
  }

  /* (path) */
  Napi::Value OpenDevice(const Napi::CallbackInfo &info) {
    std::string path = info[0].As<Napi::String>();
    int fd = wr_input_seat_open_device(&Open()->seat, path.c_str(), O_RDWR | O_NONBLOCK);
    if (fd < 0)
      ThrowFailure(env_, "libseat_open_device", -fd);
    return Napi::Number::New(env_, fd);
  }

  /* (fd) */
  void CloseDevice(const Napi::CallbackInfo &info) {
    wr_input_seat_close_device(&Open()->seat, info[0].As<Napi::Number>().Int32Value());
  }

  void Close(const Napi::CallbackInfo &) {
    if (!open_ || closing_)
      return;
    closing_ = true;
    /* Called by what it calls: the end comes when it is through. */
    if (!taking_)
      CloseNow();
  }

  void CloseNow() {
    if (!open_)
      return;
    open_ = false;
    napi_remove_env_cleanup_hook(env_, AtExit, this);
    Unwatch();
    wr_input_close(core_.get());
    Unref();
  }

  Napi::Env env_;
  std::unique_ptr<wr_input> core_;
  Napi::FunctionReference taken_, lost_, said_;
  std::unique_ptr<wr::Poll> devices_poll_, seat_poll_;
  bool open_ = false, taking_ = false, closing_ = false;
};

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("Input", Input::Define(env));
  exports.Set("recordNumbers", static_cast<uint32_t>(kRecordNumbers));
  return exports;
}

} // namespace

NODE_API_MODULE(input, Init)
