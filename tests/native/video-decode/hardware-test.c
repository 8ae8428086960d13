/* Which decoder is chosen, and who takes over when it fails: against hardware that is played. It
 * decodes with libavcodec's own decoder and gives NV12, so that the pixels are real. */
#include "avcodec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

#define WIDTH 64
#define HEIGHT 48
#define PIXELS ((size_t)WIDTH * HEIGHT)
#define NOWHERE STREAM_UNITS

static void check(bool fine, const char *what) {
  if (fine)
    return;
  fprintf(stderr, "failed: %s\n", what);
  exit(1);
}

enum kind { NONE, VAAPI, V4L2 };

/* What the machine has, and the unit, from 1 on, where it goes wrong; 0: none. */
static struct script {
  enum kind kind;
  bool busy, steps_back, unreadable;
  int fails_at, wrong_size_at, silent_from, slow;
} script;

static struct {
  AVCodecContext *context; /* of the hardware, while it is open */
  AVFrame *memory;
  bool asked_v4l2;
  int units, answers, pauses, searches;
} device;

static const AVCodec *find_decoder(const char *name) {
  device.asked_v4l2 = strcmp(name, "h264_v4l2m2m") == 0;
  return device.asked_v4l2 && script.kind != V4L2 ? NULL : avcodec_find_decoder_by_name("h264");
}

static int open_device(AVBufferRef **out, enum AVHWDeviceType type, const char *path) {
  device.searches++;
  check(type == AV_HWDEVICE_TYPE_VAAPI, "a device of VAAPI");
  if (script.kind != VAAPI || strcmp(path, "/dev/dri/renderD129") != 0)
    return AVERROR(ENOENT);
  *out = av_buffer_alloc(1);
  return 0;
}

static int open_codec(AVCodecContext *context, const AVCodec *codec) {
  static const enum AVPixelFormat formats[] = {AV_PIX_FMT_VDPAU, AV_PIX_FMT_VAAPI,
                                               AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_NONE};
  static const enum AVPixelFormat none[] = {AV_PIX_FMT_VDPAU, AV_PIX_FMT_NONE};
  const bool vaapi = context->hw_device_ctx != NULL;
  check(context->get_format(context, formats) == (vaapi ? AV_PIX_FMT_VAAPI : AV_PIX_FMT_YUVJ420P),
        "the format that is asked for");
  check(context->get_format(context, none) == AV_PIX_FMT_NONE, "a format that nobody can read");
  /* A new context may lie where the one before it lay. */
  device.context = NULL;
  if (vaapi || device.asked_v4l2) {
    if (script.busy)
      return AVERROR(EBUSY);
    device.context = context;
    device.units = 0;
  }
  /* The real one would look for a real device. */
  av_buffer_unref(&context->hw_device_ctx);
  return avcodec_open2(context, codec, NULL);
}

static int send(AVCodecContext *context, const AVPacket *packet) {
  if (context == device.context && ++device.units == script.fails_at)
    return AVERROR(EIO);
  device.answers = 0;
  return avcodec_send_packet(context, packet);
}

static void copy_nv12(AVFrame *to, const AVFrame *from) {
  for (int y = 0; y < from->height; y++)
    memcpy(to->data[0] + y * to->linesize[0], from->data[0] + y * from->linesize[0],
           (size_t)from->width);
  for (int y = 0; y < from->height / 2; y++)
    for (int x = 0; x < from->width / 2; x++) {
      uint8_t *at = to->data[1] + y * to->linesize[1] + 2 * x;
      at[0] = from->data[1][y * from->linesize[1] + x];
      at[1] = from->data[2][y * from->linesize[2] + x];
    }
}

static int receive(AVCodecContext *context, AVFrame *frame) {
  if (context != device.context)
    return avcodec_receive_frame(context, frame);
  const int unit = device.units;
  if ((script.silent_from && unit >= script.silent_from) || device.answers++ < script.slow)
    return AVERROR(EAGAIN);
  if (script.steps_back)
    return avcodec_receive_frame(context, frame);
  av_frame_unref(device.memory);
  const int result = avcodec_receive_frame(context, device.memory);
  if (result < 0)
    return result;
  frame->width = device.memory->width + (unit == script.wrong_size_at ? 16 : 0);
  frame->height = device.memory->height;
  frame->format = script.kind == VAAPI ? AV_PIX_FMT_VAAPI : AV_PIX_FMT_NV12;
  if (script.kind == V4L2) {
    check(av_frame_get_buffer(frame, 0) == 0, "a picture of the device");
    copy_nv12(frame, device.memory);
  }
  return 0;
}

static int transfer(AVFrame *to, const AVFrame *from) {
  check(from->format == AV_PIX_FMT_VAAPI && to->format == AV_PIX_FMT_NV12 && to->width == WIDTH &&
            to->height == HEIGHT && to->buf[0],
        "where to copy the picture");
  if (script.unreadable)
    return AVERROR(ENOSYS);
  copy_nv12(to, device.memory);
  return 0;
}

static void pause_shortly(void) { device.pauses++; }

static const struct wr_libav played = {find_decoder, open_device, open_codec,   send,
                                       receive,      transfer,    pause_shortly};

static void play(struct wr_hardware *hardware, struct script s) {
  *hardware = (struct wr_hardware){.libav = &played};
  script = s;
  device.context = NULL;
  device.pauses = device.searches = 0;
}

#define MACHINE(...) ((struct script){__VA_ARGS__})

static uint32_t expected[STREAM_UNITS][PIXELS];

static const char *next(struct wr_h264 *d, const struct stream *s, size_t i, uint32_t *pixels) {
  struct wr_samples samples;
  const char *problem = wr_h264_decode(d, s->units[i].bytes, s->units[i].length, &samples);
  if (!problem)
    wr_rgb_from_samples(&samples, pixels);
  return problem;
}

/* Each unit but those from `lost` to before `found` gives the picture that software gives. */
static void run(const struct stream *s, struct wr_hardware *hardware, size_t lost, size_t found,
                const char *first_by, const char *last_by) {
  static uint32_t pixels[PIXELS];
  struct wr_h264 *d = wr_avcodec_open(hardware, WIDTH, HEIGHT);
  check(d, "a decoder");
  for (size_t i = 0; i < STREAM_UNITS; i++) {
    const char *problem = next(d, s, i, pixels);
    const bool refused = i >= lost && i < found;
    check(!problem == !refused, refused ? "a refusal" : problem ? problem : "");
    check(refused || memcmp(pixels, expected[i], sizeof pixels) == 0, "the picture of software");
    if (i == 0)
      check(strcmp(wr_h264_by(d), first_by) == 0, "who decodes the first picture");
  }
  check(strcmp(wr_h264_by(d), last_by) == 0, "who decodes the last picture");
  wr_h264_close(d);
}

static const char by_software[] = "libavcodec in software", by_v4l2[] = "V4L2 M2M",
                  by_vaapi[] = "VAAPI on /dev/dri/renderD129";

static void expect(const struct stream *s) {
  struct wr_hardware hardware = {.libav = &wr_libav_library, .failed = true};
  struct wr_h264 *d = wr_avcodec_open(&hardware, WIDTH, HEIGHT);
  for (size_t i = 0; i < STREAM_UNITS; i++)
    check(!next(d, s, i, expected[i]), "a stream that software decodes");
  wr_h264_close(d);
}

static void chosen(const struct stream *s) {
  struct wr_hardware h;
  play(&h, MACHINE(.kind = NONE));
  run(s, &h, NOWHERE, 0, by_software, by_software);
  run(s, &h, NOWHERE, 0, by_software, by_software);
  check(device.searches == 8, "one search for a device");
  play(&h, MACHINE(.kind = VAAPI));
  run(s, &h, NOWHERE, 0, by_vaapi, by_vaapi);
  run(s, &h, NOWHERE, 0, by_vaapi, by_vaapi);
  wr_hardware_give_up(&h);
  play(&h, MACHINE(.kind = V4L2, .slow = 3));
  run(s, &h, NOWHERE, 0, by_v4l2, by_v4l2);
  check(device.pauses == 3 * STREAM_UNITS, "waiting for the device");
  /* Somebody else has it: not its failure. */
  play(&h, MACHINE(.kind = V4L2, .busy = true));
  run(s, &h, NOWHERE, 0, by_software, by_software);
  check(!h.failed, "hardware that is only busy");
  play(&h, MACHINE(.kind = VAAPI, .busy = true));
  run(s, &h, NOWHERE, 0, by_software, by_software);
  wr_hardware_give_up(&h);
  /* libavcodec itself goes without it. */
  play(&h, MACHINE(.kind = VAAPI, .steps_back = true));
  run(s, &h, NOWHERE, 0, by_software, by_software);
  check(!h.failed, "hardware that was never used");
  wr_hardware_give_up(&h);
}

/* The stream has keys at 0 and 6. */
static void handed_over(const struct stream *s, struct script machine, size_t lost, size_t found) {
  struct wr_hardware h;
  play(&h, machine);
  const bool at_once = machine.fails_at == 1 || machine.wrong_size_at == 1 ||
                       machine.silent_from == 1 || machine.unreadable;
  const char *by = machine.kind == VAAPI ? by_vaapi : by_v4l2;
  run(s, &h, lost, found, at_once ? by_software : by, by_software);
  check(h.failed && !h.vaapi, "hardware given up");
  device.context = NULL;
  device.searches = 0;
  run(s, &h, NOWHERE, 0, by_software, by_software);
  check(!device.context && device.searches == 0, "no second try");
}

static void failures(const struct stream *s) {
  for (enum kind kind = VAAPI; kind <= V4L2; kind++) {
    handed_over(s, MACHINE(.kind = kind, .fails_at = 4), 3, 6);
    handed_over(s, MACHINE(.kind = kind, .wrong_size_at = 4), 3, 6);
    handed_over(s, MACHINE(.kind = kind, .silent_from = 5), 4, 6);
    /* Nobody notices where it is a key. */
    handed_over(s, MACHINE(.kind = kind, .fails_at = 1), NOWHERE, 0);
    handed_over(s, MACHINE(.kind = kind, .fails_at = 7), NOWHERE, 0);
    handed_over(s, MACHINE(.kind = kind, .wrong_size_at = 1), NOWHERE, 0);
    handed_over(s, MACHINE(.kind = kind, .silent_from = 1), NOWHERE, 0);
    check(device.pauses <= 100, "an end of waiting");
  }
  handed_over(s, MACHINE(.kind = VAAPI, .unreadable = true), NOWHERE, 0);
}

/* NV12 is the same picture as three planes are, at any width and with padded rows. */
static void nv12(void) {
  for (int32_t width = 16; width <= 70; width += 2) {
    enum { ROWS = 6, STRIDE = 96 };
    static uint8_t y[ROWS * STRIDE], u[ROWS * STRIDE], v[ROWS * STRIDE], both[ROWS * STRIDE];
    uint32_t apart[70 * ROWS], together[70 * ROWS];
    for (int i = 0; i < ROWS * STRIDE; i++) {
      y[i] = (uint8_t)(i * 37);
      u[i] = (uint8_t)(i * 11);
      v[i] = (uint8_t)(255 - i * 23);
    }
    for (int row = 0; row < ROWS / 2; row++)
      for (int x = 0; x < width / 2; x++) {
        both[row * STRIDE + 2 * x] = u[row * STRIDE + x];
        both[row * STRIDE + 2 * x + 1] = v[row * STRIDE + x];
      }
    struct wr_samples samples = {.y = y,
                                 .u = u,
                                 .v = v,
                                 .y_stride = STRIDE,
                                 .chroma_stride = STRIDE,
                                 .width = width,
                                 .height = ROWS};
    wr_rgb_from_samples(&samples, apart);
    samples.u = both;
    samples.v = both + 1;
    samples.together = true;
    wr_rgb_from_samples(&samples, together);
    check(memcmp(apart, together, (size_t)width * ROWS * 4) == 0, "NV12");
  }
}

/* VAAPI has no profile for Baseline that is not constrained. */
static void constrained(const struct unit *key) {
  for (size_t i = 0; i + 6 < key->length; i++)
    if (memcmp(key->bytes + i, "\0\0\1", 3) == 0 && (key->bytes[i + 3] & 31) == 7) {
      check(key->bytes[i + 4] == 66 && (key->bytes[i + 5] & 0x40), "Constrained Baseline");
      return;
    }
  check(false, "a sequence parameter set");
}

int main(void) {
  struct stream stream;
  check(stream_make(&stream, WIDTH, HEIGHT), "a stream");
  device.memory = av_frame_alloc();
  expect(&stream);
  chosen(&stream);
  failures(&stream);
  nv12();
  constrained(&stream.units[0]);
  av_frame_free(&device.memory);
  stream_free(&stream);
  return 0;
}
