#define _GNU_SOURCE
#include "person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_CHARACTERS 1024
#define ROUND_MAX 1000

/* Not exit(): modules are in the middle of something. */
static void leave(int status, const char *reason) {
  if (reason)
    fprintf(stderr, "wrpam: %s\n", reason);
  _exit(status);
}

void wr_person_send(struct wr_person *person, struct wr_text *report) {
  if (!wr_frame_send(person->channel, report) && !person->alone)
    leave(0, NULL);
}

/* False: none until the deadline. */
static bool next_order(struct wr_person *person, struct wr_order *order, int64_t deadline_ms) {
  switch (wr_frame_await(&person->frame, person->channel, deadline_ms)) {
  case WR_FRAME_MORE:
    return false;
  case WR_FRAME_CLOSED:
    leave(0, NULL);
    break;
  case WR_FRAME_BAD:
    leave(70, "wrsessd sent no frame");
    break;
  case WR_FRAME_WHOLE:
    if (!wr_order_read(order, &person->frame))
      leave(70, "wrsessd sent an order that is not known");
  }
  return true;
}

void wr_person_await(struct wr_person *person, struct wr_order *order) {
  while (next_order(person, order, -1)) {
    if (order->type != WR_ORDER_ANSWER)
      return;
    wr_order_free(order);
  }
}

static bool is_told(enum wr_pam_style style) {
  return style == WR_PAM_INFO || style == WR_PAM_ERROR;
}

void wr_person_tell(struct wr_person *person, const char *style, const char *text) {
  struct wr_text report = {0};
  wr_text_print(&report, "{\"type\":\"message\",\"style\":\"%s\",\"text\":", style);
  wr_text_quote(&report, text);
  wr_text_add(&report, "}", 1);
  wr_person_send(person, &report);
}

static void tell(struct wr_person *person, const struct wr_pam_prompt *prompt) {
  struct wr_text shown = {0};
  wr_text_make_readable(&shown, prompt->text, TEXT_CHARACTERS);
  if (person->trusted)
    wr_person_tell(person, prompt->style == WR_PAM_ERROR ? "error" : "info",
                   wr_text_string(&shown));
  else if (person->held_count < WR_PERSON_HELD_MAX) {
    char *held = strdup(wr_text_string(&shown));
    if (held)
      person->held[person->held_count++] = held;
  }
  wr_text_free(&shown);
}

static void send_prompts(struct wr_person *person, size_t count,
                         const struct wr_pam_prompt *prompts) {
  static const char *const styles[] = {"secret", "visible", "info", "error"};
  struct wr_text report = {0};
  wr_text_print(&report, "{\"type\":\"prompt\",\"round\":%d,\"prompts\":[", person->round);
  for (size_t i = 0; i < count; i++) {
    struct wr_text shown = {0};
    wr_text_make_readable(&shown, prompts[i].text, TEXT_CHARACTERS);
    wr_text_print(&report, "%s{\"style\":\"%s\",\"text\":", i ? "," : "", styles[prompts[i].style]);
    wr_text_quote(&report, wr_text_string(&shown));
    wr_text_add(&report, "}", 1);
    wr_text_free(&shown);
  }
  wr_text_add(&report, "]}", 2);
  wr_person_send(person, &report);
}

/* A NUL would end the answer early for PAM: what was typed after it would not count. */
static char *copy_secret(const char *from, size_t length) {
  if (memchr(from, 0, length))
    return NULL;
  char *copy = malloc(length + 1);
  if (!copy)
    return NULL;
  memcpy(copy, from, length);
  copy[length] = 0;
  return copy;
}

/* One answer to each question, none to what is only told. */
static bool take_answers(const struct wr_order *order, size_t count,
                         const struct wr_pam_prompt *prompts, char **answers) {
  const char *secret = order->body + order->head;
  const struct wr_json *given = order->answers->first;
  if (order->answers->length != count)
    return false;
  for (size_t i = 0; i < count; i++, given = given->next) {
    if (is_told(prompts[i].style) != (given->kind == WR_JSON_NULL))
      return false;
    if (given->kind == WR_JSON_NULL)
      continue;
    answers[i] = copy_secret(secret, (size_t)given->number);
    if (!answers[i])
      return false;
    secret += given->number;
  }
  return true;
}

static bool await_answers(struct wr_person *person, size_t count,
                          const struct wr_pam_prompt *prompts, char **answers) {
  int64_t deadline_ms = wr_frame_now_ms() + person->answer_timeout_ms;
  struct wr_order order;
  while (next_order(person, &order, deadline_ms)) {
    if (order.type != WR_ORDER_ANSWER)
      leave(70, "wrsessd gave an order while a question was open");
    bool meant = order.round == person->round;
    bool taken = meant && take_answers(&order, count, prompts, answers);
    wr_order_free(&order);
    if (meant)
      return taken;
  }
  return false;
}

bool wr_person_ask(void *user, size_t count, const struct wr_pam_prompt *prompts, char **answers) {
  struct wr_person *person = user;
  bool asked = false;
  for (size_t i = 0; i < count; i++)
    asked = asked || !is_told(prompts[i].style);
  if (!asked) {
    for (size_t i = 0; i < count; i++)
      tell(person, &prompts[i]);
    return true;
  }
  if (person->alone || person->round == ROUND_MAX)
    return false;
  person->round++;
  send_prompts(person, count, prompts);
  return await_answers(person, count, prompts, answers);
}

void wr_person_forget(struct wr_person *person) {
  for (size_t i = 0; i < person->held_count; i++)
    free(person->held[i]);
  person->held_count = 0;
  wr_frame_clear(&person->frame);
}
