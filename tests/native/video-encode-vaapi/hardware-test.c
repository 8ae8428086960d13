/* The encoder in hardware against hardware that is played: it encodes with libavcodec's x264, so
 * that streams and pixels are real. */
#include "units.h"
#include "vaapi.h"
#include "../../../native/video-decode/core.h"

#include <libavutil/opt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 160
#define HEIGHT 120
#define PIXELS ((size_t)WIDTH * HEIGHT)
#define PICTURES 12

static void check(bool fine, const char *what) {
  if (fine)
    return;
  fprintf(stderr, "failed: %s\n", what);
  exit(1);
}

/* What the machine has; pictures from 1 on where something goes wrong, 0: none. */
static struct script {
  int node; /* 0: no device */
  bool no_encoder, no_pool, no_codec;
  int no_surface_at, no_upload_at, no_send_at, silent_at, empty_at, no_key_at, headless_at;
} script;

static struct {
  int opened_devices, opened_codecs, picture, live_pools;
  int64_t rate;
  bool key;
} device;

static const AVCodec *find_encoder(const char *name) {
  check(strcmp(name, "h264_vaapi") == 0, "the encoder's name");
  return script.no_encoder ? NULL : avcodec_find_encoder_by_name("libx264");
}

static int open_device(AVBufferRef **out, const char *path) {
  char wanted[32];
  snprintf(wanted, sizeof wanted, "/dev/dri/renderD%d", script.node);
  if (strcmp(path, wanted) != 0)
    return AVERROR(ENOENT);
  device.opened_devices++;
  *out = av_buffer_alloc(1);
  return 0;
}

static void free_pool(void *opaque, uint8_t *data) {
  (void)opaque;
  device.live_pools--;
  free(data);
}

static int open_pool(AVBufferRef **pool, AVBufferRef *of, int width, int height) {
  check(of && width == WIDTH && height == HEIGHT, "memory of the device");
  if (script.no_pool)
    return AVERROR(ENOSYS);
  device.live_pools++;
  *pool = av_buffer_create(malloc(1), 1, free_pool, NULL, 0);
  return 0;
}

static int open_codec(AVCodecContext *c, const AVCodec *codec, AVDictionary **options) {
  check(c->pix_fmt == AV_PIX_FMT_VAAPI && c->hw_frames_ctx, "pictures of the device");
  check(c->max_b_frames == 0 && c->profile == FF_PROFILE_H264_CONSTRAINED_BASELINE &&
            c->color_range == AVCOL_RANGE_JPEG && c->colorspace == AVCOL_SPC_BT709,
        "what decoders were promised");
  check(strcmp(av_dict_get(*options, "async_depth", NULL, 0)->value, "1") == 0, "no delay");
  if (script.no_codec)
    return AVERROR(EINVAL);
  device.opened_codecs++;
  device.rate = c->bit_rate;
  /* The real one would look for a real device. */
  av_buffer_unref(&c->hw_frames_ctx);
  c->pix_fmt = AV_PIX_FMT_NV12;
  c->thread_count = 1;
  c->profile = FF_PROFILE_UNKNOWN;
  av_dict_free(options);
  av_dict_set(options, "preset", "veryfast", 0);
  av_dict_set(options, "tune", "zerolatency", 0);
  av_dict_set(options, "profile", "baseline", 0);
  av_dict_set(options, "forced-idr", "1", 0);
  return avcodec_open2(c, codec, options);
}

static int take(AVBufferRef *pool, AVFrame *surface) {
  check(pool != NULL, "a pool");
  if (++device.picture == script.no_surface_at)
    return AVERROR(ENOMEM);
  surface->format = AV_PIX_FMT_NV12;
  surface->width = WIDTH;
  surface->height = HEIGHT;
  return av_frame_get_buffer(surface, 0);
}

static int upload(AVFrame *surface, const AVFrame *samples) {
  check(samples->format == AV_PIX_FMT_NV12 && samples->width == WIDTH && samples->height == HEIGHT,
        "samples");
  return device.picture == script.no_upload_at ? AVERROR(EIO) : av_frame_copy(surface, samples);
}

static int send(AVCodecContext *context, const AVFrame *surface) {
  if (device.picture == script.no_send_at)
    return AVERROR(EIO);
  device.key = surface->pict_type == AV_PICTURE_TYPE_I;
  if (device.picture != script.no_key_at)
    return avcodec_send_frame(context, surface);
  AVFrame *plain = av_frame_clone(surface);
  plain->pict_type = AV_PICTURE_TYPE_NONE;
  const int result = avcodec_send_frame(context, plain);
  av_frame_free(&plain);
  return result;
}

/* Some drivers leave the parameter sets to the caller. */
static void behead(AVPacket *packet) {
  for (int i = 0; i + 4 < packet->size; i++)
    if (memcmp(packet->data + i, "\0\0\1", 3) == 0 && (packet->data[i + 3] & 31) == 5) {
      packet->data += i;
      packet->size -= i;
      return;
    }
}

static int receive(AVCodecContext *context, AVPacket *packet) {
  if (device.picture == script.silent_at)
    return AVERROR(EAGAIN);
  const int result = avcodec_receive_packet(context, packet);
  if (result >= 0 && device.picture == script.empty_at)
    packet->size = 0;
  if (result >= 0 && device.picture == script.headless_at)
    behead(packet);
  return result;
}

static const struct wr_vaapi_libav played = {find_encoder, open_device, open_pool, open_codec,
                                             take,         upload,      send,      receive};
static const struct wr_video_settings settings = {WIDTH, HEIGHT, 2000, 20, false};

#define MACHINE(...) ((struct script){.node = 129, __VA_ARGS__})

static struct wr_video_encoder *on(struct script s) {
  script = s;
  memset(&device, 0, sizeof device);
  return wr_vaapi_create(&played, &settings);
}

static uint32_t wave(uint32_t v) { return v % 256 < 128 ? 2 * (v % 128) : 255 - 2 * (v % 128); }

static void paint(uint32_t *pixels, uint32_t frame) {
  for (uint32_t y = 0; y < HEIGHT; y++)
    for (uint32_t x = 0; x < WIDTH; x++)
      pixels[y * WIDTH + x] =
          wave(x + frame * 5) << 16 | wave(y + frame * 3) << 8 | wave((x + y) / 2 + frame);
}

static bool encode(struct wr_video_encoder *e, int i, bool key, struct wr_video_output *out) {
  static uint32_t pixels[PIXELS];
  paint(pixels, (uint32_t)i);
  const struct wr_picture p = {pixels, WIDTH, HEIGHT};
  return wr_video_encoder_encode(e, &p, 0, 0, key, i * 33, out);
}

static double squares(const uint32_t *a, const uint32_t *b) {
  double sum = 0;
  for (size_t i = 0; i < PIXELS; i++)
    for (int shift = 0; shift < 24; shift += 8) {
      const int d = (int)(a[i] >> shift & 255) - (int)(b[i] >> shift & 255);
      sum += d * d;
    }
  return sum / (3.0 * PIXELS);
}

/* Keys where they are asked for and at a new rate; every picture looks like what went in. */
static void whole_stream(void) {
  static uint32_t shown[PIXELS], wanted[PIXELS];
  struct wr_video_encoder *e = on(MACHINE());
  check(e && strcmp(wr_video_encoder_by(e), "VAAPI on /dev/dri/renderD129") == 0, "who encodes");
  check(device.rate == 2000000, "the rate");
  struct wr_video_decoder *d = wr_video_decoder_create(WIDTH, HEIGHT);
  for (int i = 0; i < PICTURES; i++) {
    struct wr_video_output out;
    if (i == 3)
      check(wr_video_encoder_set_rate(e, 1800) && device.opened_codecs == 1, "nearly the same");
    if (i == 8)
      check(wr_video_encoder_set_rate(e, 1000) && device.rate == 1000000, "another rate");
    check(encode(e, i, i == 0 || i == 5, &out), "a picture");
    check(out.key == (i == 0 || i == 5 || i == 8), "keys");
    const char *problem = wr_video_decoder_decode(d, out.bytes, out.length, false, shown);
    check(!problem, problem ? problem : "");
    paint(wanted, (uint32_t)i);
    check(squares(shown, wanted) < 60, "a picture like the one that went in");
  }
  wr_video_decoder_destroy(d);
  wr_video_encoder_destroy(e);
  check(device.live_pools == 0, "what the device gave is given back");
}

static void none(void) {
  const struct script machines[] = {{.node = 0},
                                    MACHINE(.no_encoder = true),
                                    MACHINE(.no_pool = true),
                                    MACHINE(.no_codec = true)};
  for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
    check(!on(machines[i]), "no encoder");
    check(device.live_pools == 0, "nothing is left open");
  }
  script = MACHINE();
  const struct wr_video_settings odd = {WIDTH + 1, HEIGHT, 2000, 20, false};
  check(!wr_vaapi_create(&played, &odd), "settings out of range");
}

/* The picture of that number fails, whatever goes wrong; there is no output that looks like one. */
static void fails(struct script machine, int at, bool key) {
  struct wr_video_encoder *e = on(machine);
  check(e, "an encoder that opens");
  for (int i = 0; i < at; i++) {
    struct wr_video_output out = {0};
    const bool last = i == at - 1;
    check(encode(e, i, i == 0 || (last && key), &out) == !last, "a picture until then");
    check(!last || !out.bytes, "no bytes of a failure");
  }
  wr_video_encoder_destroy(e);
  check(device.live_pools == 0, "nothing is left open after a failure");
}

static void failures(void) {
  for (int at = 1; at <= 4; at += 3) {
    fails(MACHINE(.no_surface_at = at), at, false);
    fails(MACHINE(.no_upload_at = at), at, false);
    fails(MACHINE(.no_send_at = at), at, false);
    fails(MACHINE(.silent_at = at), at, false);
    fails(MACHINE(.empty_at = at), at, false);
  }
  fails(MACHINE(.no_key_at = 4), 4, true);
  fails(MACHINE(.headless_at = 1), 1, true);
  fails(MACHINE(.headless_at = 4), 4, true);
}

/* The device is gone when another rate is asked for. */
static void rate_refused(void) {
  struct wr_video_encoder *e = on(MACHINE());
  struct wr_video_output out;
  check(encode(e, 0, true, &out), "a picture");
  script.no_codec = true;
  check(!wr_video_encoder_set_rate(e, 200), "no other rate");
  wr_video_encoder_destroy(e);
}

static void units(void) {
  static const struct {
    const char *bytes;
    size_t length;
    enum wr_unit kind;
  } known[] = {
      {"\0\0\0\1\x67s\0\0\1\x68p\0\0\1\x65i", 16, WR_UNIT_KEY},
      {"\0\0\1\x41pic", 7, WR_UNIT_PICTURE},
      {"\0\0\1\x65i", 5, WR_UNIT_BROKEN},
      {"\0\0\1\x67s\0\0\1\x68p", 10, WR_UNIT_BROKEN},
      {"\0\0\1\x67s\0\0\1\x68p\0\0\1\x65i\0\0\1\x41", 19, WR_UNIT_BROKEN},
      {"\0\0\2\x41pic", 7, WR_UNIT_BROKEN},
      {"\0\0\1\x41", 4, WR_UNIT_BROKEN},
      {"", 0, WR_UNIT_BROKEN},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    check(wr_unit_kind((const uint8_t *)known[i].bytes, known[i].length) == known[i].kind,
          "kinds of units");
}

int main(void) {
  if (!avcodec_find_encoder_by_name("libx264")) {
    fprintf(stderr, "libavcodec has no encoder to play the hardware with\n");
    return 77;
  }
  units();
  whole_stream();
  none();
  failures();
  rate_refused();
  return 0;
}
