#define _GNU_SOURCE
#include "order.h"

#include "../pam/core.h"

#include <stdlib.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define PATH_BYTES 1604
#define USER_BYTES 512
#define WORDS_BYTES 8192
#define COMMANDS_MAX 8
#define STRINGS_MAX 512

struct reading {
  const struct wr_json *object;
  size_t fields; /* that have been looked at */
  bool good;
};

static const struct wr_json *find(struct reading *in, const char *key, bool optional) {
  const struct wr_json *field = wr_json_field(in->object, key);
  if (field)
    in->fields++;
  else if (!optional)
    in->good = false;
  return field;
}

static const char *any_text(struct reading *in, const char *key, size_t max, bool optional) {
  const struct wr_json *field = find(in, key, optional);
  if (!field)
    return NULL;
  if (field->kind == WR_JSON_STRING && field->length <= max)
    return field->text;
  in->good = false;
  return NULL;
}

static const char *name(struct reading *in, const char *key, const char *of, size_t max,
                        bool optional) {
  const char *text = any_text(in, key, max, optional);
  if (text && (!text[0] || text[strspn(text, of)]))
    in->good = false;
  return text;
}

static bool has_control(const char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 || *text == 0x7f)
      return true;
  return false;
}

static const char *path(struct reading *in, const char *key, bool optional) {
  const char *text = any_text(in, key, PATH_BYTES, optional);
  if (text && (text[0] != '/' || has_control(text)))
    in->good = false;
  return text;
}

static int64_t number(struct reading *in, const char *key, int64_t min, int64_t max) {
  const struct wr_json *field = find(in, key, false);
  if (field && field->kind == WR_JSON_NUMBER && field->number >= min && field->number <= max)
    return field->number;
  in->good = false;
  return min;
}

static bool flag(struct reading *in, const char *key) {
  const struct wr_json *field = find(in, key, false);
  if (!field || (field->kind != WR_JSON_TRUE && field->kind != WR_JSON_FALSE))
    in->good = false;
  return field && field->kind == WR_JSON_TRUE;
}

static bool is_list(const struct wr_json *field, size_t min, size_t max) {
  return field && field->kind == WR_JSON_LIST && field->length >= min && field->length <= max;
}

static bool is_strings(const struct wr_json *field, size_t min) {
  if (!is_list(field, min, STRINGS_MAX))
    return false;
  for (const struct wr_json *item = field->first; item; item = item->next)
    if (item->kind != WR_JSON_STRING)
      return false;
  return true;
}

static const struct wr_json *strings(struct reading *in, const char *key, size_t min) {
  const struct wr_json *field = find(in, key, false);
  if (!is_strings(field, min))
    in->good = false;
  return field;
}

static const struct wr_json *commands(struct reading *in, const char *key) {
  const struct wr_json *field = find(in, key, false);
  if (!is_list(field, 0, COMMANDS_MAX)) {
    in->good = false;
    return NULL;
  }
  for (const struct wr_json *item = field->first; item; item = item->next)
    if (!is_strings(item, 1))
      in->good = false;
  return field;
}

static void read_user(struct reading *in, struct wr_order *order, bool optional_service) {
  order->service = name(in, "service", LETTERS "._-", 64, optional_service);
  order->confdir = path(in, "confdir", true);
  order->user = any_text(in, "user", USER_BYTES, false);
  if (order->user && (!order->user[0] || has_control(order->user)))
    in->good = false;
}

static void read_begin(struct reading *in, struct wr_order *order) {
  read_user(in, order, false);
  order->terminal = name(in, "terminal", LETTERS "._:-", 128, false);
  const char *purpose = name(in, "purpose", LETTERS, 16, false);
  order->unlock = purpose && strcmp(purpose, "unlock") == 0;
  if (purpose && !order->unlock && strcmp(purpose, "login") != 0)
    in->good = false;
  order->min_uid = (uint32_t)number(in, "minUid", 0, 0xfffffffe);
  order->answer_timeout_ms = (int)number(in, "answerTimeoutMs", 1, 1000000000);
}

/* Lengths of the answers must make up the secrets. */
static void read_answer(struct reading *in, struct wr_order *order) {
  order->round = (int)number(in, "round", 0, 1000);
  order->answers = find(in, "answers", false);
  size_t sum = 0;
  if (!is_list(order->answers, 0, WR_PAM_PROMPTS_MAX)) {
    in->good = false;
    return;
  }
  for (const struct wr_json *item = order->answers->first; item; item = item->next) {
    bool fits =
        item->kind == WR_JSON_NUMBER && item->number >= 0 && item->number <= WR_PAM_ANSWER_MAX;
    if (fits)
      sum += (size_t)item->number;
    else if (item->kind != WR_JSON_NULL)
      in->good = false;
  }
  if (sum != order->secrets)
    in->good = false;
}

static void read_greet(struct reading *in, struct wr_order *order) {
  read_user(in, order, true);
  order->ours = flag(in, "ours");
}

static void read_run(struct reading *in, struct wr_order *order) {
  order->command = strings(in, "command", 1);
  order->environment = strings(in, "environment", 0);
  order->input = any_text(in, "input", WR_FRAME_HEAD_MAX, false);
  order->log = path(in, "log", true);
  order->ready = path(in, "ready", true);
  order->said_in = any_text(in, "saidIn", WORDS_BYTES, false);
  order->ready_timeout_ms = (int)number(in, "readyTimeoutMs", 1, 1000000000);
  order->end_timeout_ms = (int)number(in, "endTimeoutMs", 1, 1000000000);
  order->stop = commands(in, "stop");
  order->link = path(in, "link", false);
  order->runtime = path(in, "runtime", false);
  order->socket = path(in, "socket", false);
  order->cgroup = path(in, "cgroup", true);
  order->descendants = flag(in, "descendants");
}

static void read_keep(struct reading *in, struct wr_order *order) {
  order->session = name(in, "session", LETTERS "_-", 64, false);
  order->control = path(in, "control", false);
  order->pid = (int)number(in, "pid", 1, 0x7fffffff);
  order->socket = path(in, "socket", false);
  order->after = commands(in, "after");
}

static void read_fields(struct reading *in, struct wr_order *order) {
  switch (order->type) {
  case WR_ORDER_BEGIN:
    return read_begin(in, order);
  case WR_ORDER_ANSWER:
    return read_answer(in, order);
  case WR_ORDER_START:
    order->ours = flag(in, "ours");
    return;
  case WR_ORDER_GREET:
    return read_greet(in, order);
  case WR_ORDER_RUN:
    return read_run(in, order);
  case WR_ORDER_KEEP:
    return read_keep(in, order);
  case WR_ORDER_ABANDON:
    order->words = any_text(in, "message", WORDS_BYTES, false);
    return;
  case WR_ORDER_END:
    order->words = any_text(in, "reason", WORDS_BYTES, false);
    return;
  }
}

static bool read_type(struct reading *in, struct wr_order *order) {
  static const char *const types[] = {"begin", "answer", "start",   "greet",
                                      "run",   "keep",   "abandon", "end"};
  const char *type = any_text(in, "type", 16, false);
  for (size_t i = 0; type && i < sizeof types / sizeof *types; i++)
    if (strcmp(type, types[i]) == 0) {
      order->type = (enum wr_order_type)i;
      return true;
    }
  return false;
}

bool wr_order_read(struct wr_order *order, struct wr_frame *frame) {
  *order = (struct wr_order){.body = frame->body, .head = frame->head, .secrets = frame->secrets};
  *frame = (struct wr_frame){0};
  order->values = wr_json_read(order->body, order->head);
  struct reading in = {.object = order->values, .good = order->values != NULL};
  if (in.good && read_type(&in, order)) {
    read_fields(&in, order);
    /* A field that is not known may be a mistyped name of something that matters. */
    if (in.good && in.fields == in.object->length &&
        (order->type == WR_ORDER_ANSWER || order->secrets == 0))
      return true;
  }
  wr_order_free(order);
  return false;
}

void wr_order_free(struct wr_order *order) {
  if (order->body)
    explicit_bzero(order->body, order->head + order->secrets);
  free(order->body);
  free(order->values);
  *order = (struct wr_order){0};
}
