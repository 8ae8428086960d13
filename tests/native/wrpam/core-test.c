/* What wrpam reads and writes. */
#include "frame.h"
#include "json.h"
#include "order.h"
#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct wr_json *read_json(char *buffer, const char *text) {
  strcpy(buffer, text);
  return wr_json_read(buffer, strlen(text));
}

static void test_values(void) {
  char buffer[512];
  struct wr_json *read = read_json(
      buffer, " {\"a\":[1,-2,null,true],\"b\":\"x\\n\\u00e9\\ud83d\\ude00\\\"\",\"c\":{}} ");
  assert(read && read->kind == WR_JSON_OBJECT && read->length == 3);
  const struct wr_json *list = wr_json_field(read, "a");
  assert(list->length == 4 && list->first->number == 1 && list->first->next->number == -2);
  assert(list->first->next->next->kind == WR_JSON_NULL);
  assert(strcmp(wr_json_field(read, "b")->text, "x\n\xc3\xa9\xf0\x9f\x98\x80\"") == 0);
  assert(wr_json_field(read, "c")->kind == WR_JSON_OBJECT && !wr_json_field(read, "d"));
  free(read);
}

static void test_refused_values(void) {
  static const char *const wrong[] = {"",
                                      "{",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "{\"a\":1,\"a\":2}",
                                      "1.5",
                                      "01",
                                      "1e3",
                                      "-",
                                      "99999999999999999",
                                      "nul",
                                      "\"\\u0000\"",
                                      "\"\\ud800\"",
                                      "\"\\udc00x\"",
                                      "\"\x01\"",
                                      "\"\xff\"",
                                      "\"\xed\xa0\x80\"",
                                      "\"\xc0\x80\"",
                                      "\"a",
                                      "\"a\\",
                                      "[[[[[[[[1]]]]]]]]",
                                      "1 1"};
  char buffer[512];
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert(!read_json(buffer, wrong[i]));
}

static void test_text(void) {
  struct wr_text text = {0};
  wr_text_quote(&text, "a\"\\\n\xff\xc3\xa9");
  assert(strcmp(wr_text_string(&text), "\"a\\\"\\\\\\u000a\xef\xbf\xbd\xc3\xa9\"") == 0);
  wr_text_free(&text);
  wr_text_make_readable(&text, "a\x1b[31m\n\x7f\xc2\x9b\xc3\xa9zz", 9);
  assert(strcmp(wr_text_string(&text), "a [31m\n  ") == 0);
  wr_text_free(&text);
  char *much = calloc(WR_TEXT_MAX + 1, 1);
  memset(much, 'a', WR_TEXT_MAX);
  wr_text_quote(&text, much);
  assert(text.failed && strcmp(wr_text_string(&text), "") == 0);
  wr_text_free(&text);
  free(much);
}

static void fill(struct wr_frame *frame, const char *head, const char *secrets) {
  *frame = (struct wr_frame){.head = strlen(head), .secrets = strlen(secrets), .whole = true};
  frame->body = malloc(frame->head + frame->secrets + 1);
  strcpy(frame->body, head);
  strcat(frame->body, secrets);
}

static bool is_order(const char *head, const char *secrets) {
  struct wr_frame frame;
  struct wr_order order;
  fill(&frame, head, secrets);
  bool read = wr_order_read(&order, &frame);
  assert(!frame.body);
  if (read)
    wr_order_free(&order);
  return read;
}

#define BEGIN(user, more)                                                                          \
  "{\"type\":\"begin\",\"service\":\"wayray\",\"terminal\":\"t1\",\"purpose\":\"login\","          \
  "\"minUid\":1000,\"answerTimeoutMs\":1,\"user\":\"" user "\"" more "}"
#define RUN(more)                                                                                  \
  "{\"type\":\"run\",\"command\":[\"a\"],\"environment\":[],\"input\":\"\",\"saidIn\":\"log\","    \
  "\"readyTimeoutMs\":1,\"endTimeoutMs\":1,\"stop\":[[\"b\"]],\"link\":\"/l\","                    \
  "\"runtime\":\"/r\",\"socket\":\"/s\",\"descendants\":true" more "}"

static void test_orders(void) {
  assert(is_order(BEGIN("ada", ""), "") && is_order(BEGIN("ada", ",\"confdir\":\"/etc\""), ""));
  assert(is_order("{\"type\":\"answer\",\"round\":1,\"answers\":[3,null,0]}", "abc"));
  assert(is_order("{\"type\":\"start\",\"ours\":true}", ""));
  assert(is_order(RUN(""), "") && is_order(RUN(",\"cgroup\":\"/g\",\"log\":\"/x\""), ""));
  assert(is_order("{\"type\":\"end\",\"reason\":\"r\"}", ""));
}

static void test_refused_orders(void) {
  assert(!is_order("[]", "") && !is_order("{}", "") && !is_order("{\"type\":\"nothing\"}", ""));
  assert(!is_order("{\"type\":7}", "") && !is_order("{\"type\":\"start\"}", ""));
  assert(!is_order("{\"type\":\"start\",\"ours\":1}", ""));
  assert(!is_order("{\"type\":\"start\",\"ours\":true,\"x\":1}", ""));
  assert(!is_order("{\"type\":\"start\",\"ours\":true}", "secret"));
  assert(!is_order(BEGIN("", ""), "") && !is_order(BEGIN("a\\nb", ""), ""));
  assert(!is_order(BEGIN("ada", ",\"confdir\":\"etc\""), ""));
  assert(!is_order("{\"type\":\"answer\",\"round\":1,\"answers\":[3]}", "ab"));
  assert(!is_order("{\"type\":\"answer\",\"round\":1,\"answers\":[513]}", ""));
  assert(!is_order("{\"type\":\"answer\",\"round\":-1,\"answers\":[]}", ""));
  assert(!is_order("{\"type\":\"answer\",\"round\":1,\"answers\":{}}", ""));
  assert(!is_order(RUN(",\"cgroup\":\"g\""), ""));
  assert(!is_order("{\"type\":\"keep\",\"session\":\"../x\",\"control\":\"/c\",\"pid\":1,"
                   "\"socket\":\"/s\",\"after\":[]}",
                   ""));
}

static void test_frames(void) {
  int ends[2];
  struct wr_frame frame = {0};
  struct wr_text head = {0};
  assert(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  assert(wr_frame_pump(&frame, ends[1]) == WR_FRAME_MORE && !wr_frame_within(&frame));
  assert(wr_frame_await(&frame, ends[1], wr_frame_now_ms() + 5) == WR_FRAME_MORE);
  wr_text_print(&head, "{\"a\":%d}", 1);
  assert(wr_frame_send(ends[0], &head) && !head.data);
  assert(wr_frame_await(&frame, ends[1], -1) == WR_FRAME_WHOLE);
  assert(frame.head == 7 && frame.secrets == 0 && memcmp(frame.body, "{\"a\":1}", 7) == 0);
  wr_frame_clear(&frame);
  assert(write(ends[0], "\2\0\0\0\3\0\0", 7) == 7);
  assert(wr_frame_pump(&frame, ends[1]) == WR_FRAME_MORE && wr_frame_within(&frame));
  assert(write(ends[0], "\0{}abc\1", 7) == 7);
  assert(wr_frame_pump(&frame, ends[1]) == WR_FRAME_WHOLE && frame.secrets == 3);
  wr_frame_clear(&frame);
  assert(write(ends[0], "\0\0\0\0\0\0\0", 7) == 7);
  assert(wr_frame_pump(&frame, ends[1]) == WR_FRAME_BAD);
  wr_frame_clear(&frame);
  close(ends[0]);
  assert(wr_frame_pump(&frame, ends[1]) == WR_FRAME_CLOSED);
  close(ends[1]);
}

int main(void) {
  test_values();
  test_refused_values();
  test_text();
  test_orders();
  test_refused_orders();
  test_frames();
  return 0;
}
