/* Run under ASan/UBSan by the sanitizer build; aborts on the first wrong answer. */
#include "relay.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "messages.h"
#include "reader.h"

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                              \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

enum { INPUT = 1, CURSOR = 2, DISPLAY = 3, VIEW = 5 };

/* An endpoint whose socket is memory. */
struct line {
  struct wr_endpoint endpoint;
  unsigned char *sent;
  size_t count, room;
  size_t unsent; /* as it says */
  int refuses;   /* what the next write gives */
  bool reading;
  /* The sink it had at first. */
  struct wr_sink first;
  size_t told_ends, told_closes;
};

static int line_write(struct wr_endpoint *endpoint, const struct iovec *parts, size_t count) {
  struct line *line = (struct line *)endpoint;
  if (line->refuses)
    return line->refuses;
  for (size_t i = 0; i < count; i++) {
    if (line->count + parts[i].iov_len > line->room) {
      line->room = 2 * (line->count + parts[i].iov_len);
      line->sent = realloc(line->sent, line->room);
    }
    if (parts[i].iov_len > 0)
      memcpy(line->sent + line->count, parts[i].iov_base, parts[i].iov_len);
    line->count += parts[i].iov_len;
  }
  return 0;
}

static size_t line_unsent(const struct wr_endpoint *endpoint) {
  return ((const struct line *)endpoint)->unsent;
}

static void line_read(struct wr_endpoint *endpoint, bool wanted) {
  ((struct line *)endpoint)->reading = wanted;
}

static int line_end(struct wr_endpoint *endpoint) {
  (void)endpoint;
  return 0;
}

static void line_close(struct wr_endpoint *endpoint) {
  endpoint->sink->calls->closed(endpoint->sink);
}

static const struct wr_endpoint_calls line_calls = {line_write, line_unsent, line_read, line_end,
                                                    line_close};

#define LINE_OF(sink) ((struct line *)((char *)(sink)-offsetof(struct line, first)))

static void first_ended(struct wr_sink *sink, int status, const char *words) {
  (void)status;
  (void)words;
  LINE_OF(sink)->told_ends++;
}

static void first_closed(struct wr_sink *sink) { LINE_OF(sink)->told_closes++; }

static const struct wr_sink_calls first_calls = {NULL, NULL, NULL, first_ended, first_closed};

static struct line lines[2];
static struct wr_relay relay;
static struct wr_problem told;
static int told_side, pictures, parts, spoken[2];
static bool parts_at_picture;

static void on_pictured(struct wr_relay *from) {
  pictures++;
  if (parts_at_picture)
    wr_relay_part(from);
}

static void on_failed(struct wr_relay *from, enum wr_relay_side side,
                      const struct wr_problem *problem) {
  told = *problem;
  told_side = (int)side;
  wr_relay_part(from);
}

static void on_parted(struct wr_relay *from) {
  CHECK(!from->joined);
  parts++;
}

static void on_spoke(struct wr_relay *from, enum wr_relay_side side) {
  (void)from;
  spoken[side]++;
}

static const struct wr_relay_calls calls = {on_pictured, on_failed, on_spoke, on_parted};

static void join(int channel) {
  memset(&relay, 0, sizeof relay);
  memset(&told, 0, sizeof told);
  pictures = parts = spoken[0] = spoken[1] = 0;
  relay.calls = &calls;
  relay.channel = channel;
  relay.view = relay.input_view = VIEW;
  relay.waits_for_picture = true;
  for (int side = 0; side < 2; side++) {
    free(lines[side].sent);
    lines[side] =
        (struct line){.endpoint = {&line_calls, &lines[side].first}, .first = {&first_calls}};
    struct wr_relay_end *end = &relay.ends[side];
    end->endpoint = &lines[side].endpoint;
    end->most_unsent = 1000000;
    end->frames.where = "channel test";
    end->frames.limits[WR_FRAME_MESSAGE] = 300000;
    end->frames.limits[WR_FRAME_UNIT] = side == WR_RELAY_SESSION ? 1u << 26 : 0;
  }
  wr_relay_join(&relay);
}

/* As a socket does it: at most so much at once, and never more than there is room for. */
static void arrive(int side, const unsigned char *bytes, size_t count, size_t at_once) {
  struct line *line = &lines[side];
  while (count > 0 && line->endpoint.sink != &line->first) {
    size_t size = 0;
    struct wr_sink *sink = line->endpoint.sink;
    unsigned char *room = sink->calls->room(sink, &size);
    CHECK(room && size > 0);
    if (size > count)
      size = count;
    if (size > at_once)
      size = at_once;
    memcpy(room, bytes, size);
    sink->calls->arrived(sink, size);
    bytes += size;
    count -= size;
  }
}

static size_t put(unsigned char *to, enum wr_frame_kind kind, const void *bytes, uint32_t length) {
  size_t head = wr_frame_header(to, kind, length);
  if (length > 0)
    memcpy(to + head, bytes, length);
  return head + length;
}

/* A step is the shortest unit that has a view. */
static size_t put_step(unsigned char *to, unsigned char view, uint32_t length, int fill) {
  unsigned char *unit = malloc(length);
  memset(unit, fill, length);
  unit[0] = 1;
  unit[1] = view;
  size_t bytes = put(to, WR_FRAME_UNIT, unit, length);
  free(unit);
  return bytes;
}

static void check_long_frames(void) {
  uint32_t length = 3000000;
  unsigned char *bytes = malloc(2 * length + 64);
  for (size_t at_once = 1000; at_once < 5000000; at_once *= 7) {
    join(DISPLAY);
    size_t meant = put_step(bytes, VIEW, length, 7);
    size_t all = meant + put_step(bytes + meant, VIEW + 1, length, 8);
    arrive(WR_RELAY_SESSION, bytes, all, at_once);
    CHECK(lines[WR_RELAY_TERMINAL].count == meant);
    CHECK(memcmp(lines[WR_RELAY_TERMINAL].sent, bytes, meant) == 0);
    CHECK(pictures == 1 && !told.code);
    /* A long body is not kept. */
    CHECK(relay.ends[WR_RELAY_SESSION].frames.room <= 65536);
    wr_relay_free(&relay);
  }
  free(bytes);
}

/* What was announced only takes no memory. */
static void check_memory(void) {
  unsigned char bytes[64];
  join(DISPLAY);
  size_t head = wr_frame_header(bytes, WR_FRAME_UNIT, 1u << 26);
  memset(bytes + head, 1, 20);
  arrive(WR_RELAY_SESSION, bytes, head + 20, 3);
  CHECK(relay.ends[WR_RELAY_SESSION].frames.room <= 200000);
  wr_relay_free(&relay);
}

static void check_rest(void) {
  unsigned char message[300], bytes[400], header[WR_FRAME_HEADER_BYTES];
  for (size_t i = 0; i < sizeof message; i++)
    message[i] = (unsigned char)i;
  size_t all = put(bytes, WR_FRAME_MESSAGE, message, sizeof message), length;
  const unsigned char *body;
  for (size_t cut = 0; cut <= all; cut++) {
    join(DISPLAY);
    arrive(WR_RELAY_TERMINAL, bytes, cut, 7);
    wr_relay_part(&relay);
    CHECK(lines[0].endpoint.sink == &lines[0].first && lines[1].endpoint.sink == &lines[1].first);
    size_t head = wr_relay_rest(&relay, WR_RELAY_TERMINAL, header, &body, &length);
    CHECK(head + length == cut % all && memcmp(header, bytes, head) == 0);
    CHECK(length == 0 || memcmp(body, bytes + head, length) == 0);
    CHECK(lines[WR_RELAY_SESSION].count == (cut == all ? all : 0));
    wr_relay_free(&relay);
  }
  /* And on from there. */
  join(DISPLAY);
  wr_relay_push(&relay, WR_RELAY_TERMINAL, bytes, 200);
  arrive(WR_RELAY_TERMINAL, bytes + 200, all - 200, 1);
  CHECK(lines[WR_RELAY_SESSION].count == all);
  wr_relay_free(&relay);
}

static void check_ends(void) {
  for (int side = 0; side < 2; side++) {
    join(INPUT);
    struct wr_sink *sink = lines[side].endpoint.sink;
    sink->calls->ended(sink, 0, NULL);
    CHECK(parts == 1 && lines[side].told_ends == 1 && !relay.joined);
    CHECK(lines[1 - side].endpoint.sink == &lines[1 - side].first && lines[1 - side].reading);
    wr_relay_free(&relay);
    join(INPUT);
    wr_endpoint_close(&lines[side].endpoint);
    CHECK(lines[side].told_closes == 1 && !relay.joined && parts == 0);
    CHECK(lines[1 - side].endpoint.sink == &lines[1 - side].first);
    wr_relay_free(&relay);
  }
}

static void check_part_within(void) {
  unsigned char bytes[200];
  size_t first = put_step(bytes, VIEW, 40, 1);
  size_t all = first + put_step(bytes + first, VIEW, 40, 2);
  parts_at_picture = true;
  join(DISPLAY);
  arrive(WR_RELAY_SESSION, bytes, all + 0, 200);
  CHECK(pictures == 1 && !relay.joined && lines[WR_RELAY_TERMINAL].count == all);
  wr_relay_free(&relay);
  parts_at_picture = false;
}

static void check_refusals(void) {
  unsigned char bytes[200];
  size_t all = put_step(bytes, VIEW, 40, 1);
  join(DISPLAY);
  lines[WR_RELAY_TERMINAL].unsent = 1000001;
  arrive(WR_RELAY_SESSION, bytes, all, 200);
  CHECK(told_side == WR_RELAY_TERMINAL && strcmp(told.code, "overflow") == 0);
  wr_relay_free(&relay);
  join(DISPLAY);
  lines[WR_RELAY_TERMINAL].refuses = -EPIPE;
  arrive(WR_RELAY_SESSION, bytes, all, 200);
  CHECK(told_side == WR_RELAY_TERMINAL && strcmp(told.code, "lost") == 0);
  wr_relay_free(&relay);
  join(DISPLAY);
  arrive(WR_RELAY_TERMINAL, bytes, all, 200);
  CHECK(told_side == WR_RELAY_TERMINAL && strcmp(told.code, "unexpected") == 0);
  CHECK(strcmp(told.where, "channel test") == 0 && strcmp(told.what, "frame of kind 1") == 0);
  wr_relay_free(&relay);
}

static void check_pause(int channel, size_t most) {
  const unsigned char hide[] = {3, VIEW};
  unsigned char bytes[20];
  size_t all = channel == CURSOR ? put(bytes, WR_FRAME_MESSAGE, hide, sizeof hide)
                                 : put_step(bytes, VIEW, 9, 1);
  for (size_t more = 0; more < 2; more++) {
    join(channel);
    lines[WR_RELAY_TERMINAL].unsent = most + more;
    relay.ends[WR_RELAY_TERMINAL].most_unsent = 2 * most;
    arrive(WR_RELAY_SESSION, bytes, all, 200);
    CHECK(lines[WR_RELAY_SESSION].reading == !more && lines[WR_RELAY_TERMINAL].count == all);
    CHECK(lines[WR_RELAY_TERMINAL].reading && !told.code);
    struct wr_sink *sink = lines[WR_RELAY_TERMINAL].endpoint.sink;
    sink->calls->drained(sink);
    CHECK(lines[WR_RELAY_SESSION].reading);
    wr_relay_free(&relay);
  }
}

static uint64_t state = 88172645463325252u;
static uint32_t next(uint32_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 32) % below;
}

/* Of one that is nearly right. */
static size_t random_frame(unsigned char *to, int channel, int side) {
  unsigned char body[400];
  uint32_t length = next(300);
  for (uint32_t i = 0; i < length; i++)
    body[i] = next(4) ? (unsigned char)next(12) : (unsigned char)next(256);
  if (next(3) && length > 2)
    body[1] = VIEW;
  enum wr_frame_kind kind =
      side == WR_RELAY_SESSION && channel != CURSOR && next(2) ? WR_FRAME_UNIT : WR_FRAME_MESSAGE;
  if (channel == CURSOR && side == WR_RELAY_SESSION && next(4)) {
    body[0] = 3;
    length = 2;
  }
  if (next(200) == 0)
    kind = WR_FRAME_LINK;
  return put(to, kind, body, length);
}

/* Whatever comes, what goes out is whole frames, each as it came in. */
static void check_out(const struct line *line) {
  struct wr_frames frames = {.where = "out", .limits = {300000, 1u << 26, 0}};
  struct wr_problem problem = {0};
  struct wr_frame frame;
  const unsigned char *at = line->sent;
  size_t left = line->count;
  while (wr_frames_next(&frames, &at, &left, &frame, &problem))
    if (frame.kind == WR_FRAME_UNIT) {
      CHECK(wr_relay_unit_view(frame.bytes, frame.length, &problem) == VIEW);
    }
  CHECK(!problem.code && !frames.collecting && frames.shift == 0);
  wr_frames_close(&frames);
}

static void fuzz(int rounds) {
  static unsigned char bytes[64 * 500];
  while (rounds-- > 0) {
    int channel = INPUT + (int)next(3);
    join(channel);
    for (int turn = 0; turn < 6 && relay.joined; turn++) {
      int side = (int)next(2);
      size_t all = 0;
      for (uint32_t frames = next(40); frames > 0; frames--)
        all += random_frame(bytes + all, channel, side);
      if (all > 0 && next(8) == 0)
        bytes[next((uint32_t)all)] ^= (unsigned char)(1 << next(8));
      arrive(side, bytes, all, 1 + next(next(2) ? 9 : 9000));
    }
    check_out(&lines[0]);
    check_out(&lines[1]);
    wr_relay_free(&relay);
  }
}

/* The last field of a struct takes three bytes, of which none may be left out. */
static void check_struct_end(void) {
  static const unsigned char film[] = {1,  1, 0, 0, 0, 1, 1, 9, 9, 9, 9,    0,    7,   1,
                                       12, 0, 0, 1, 0, 0, 0, 2, 2, 5, 0x81, 0x82, 0x03};
  struct wr_problem problem = {0};
  struct wr_reader reader = {film, 0, sizeof film, &problem};
  uint32_t view = 0;
  const char *name = wr_read_display(&reader, &view);
  CHECK(name && strcmp(name, "FrameUpdate") == 0 && view == 7);
  CHECK(!problem.code && reader.at == sizeof film);
}

static void check_spoke(void) {
  unsigned char bytes[64];
  join(INPUT);
  CHECK(relay.ends[0].heard_ns == relay.ends[1].heard_ns);
  size_t length = put_step(bytes, VIEW, 20, 7);
  arrive(WR_RELAY_SESSION, bytes, length, length);
  CHECK(spoken[WR_RELAY_SESSION] == 0);
  relay.ends[WR_RELAY_SESSION].tells_next = true;
  for (int i = 0; i < 3; i++)
    arrive(WR_RELAY_SESSION, bytes, length, length);
  CHECK(spoken[WR_RELAY_SESSION] == 1 && spoken[WR_RELAY_TERMINAL] == 0);
  wr_relay_free(&relay);
}

int main(int count, char **arguments) {
  check_struct_end();
  check_long_frames();
  check_memory();
  check_rest();
  check_spoke();
  check_ends();
  check_part_within();
  check_refusals();
  check_pause(INPUT, 65536);
  check_pause(CURSOR, 65536);
  check_pause(DISPLAY, 1048576);
  fuzz(count > 1 ? atoi(arguments[1]) : 20000);
  for (int side = 0; side < 2; side++)
    free(lines[side].sent);
  return 0;
}
