/* The person at the other end of wrsessd's channel. What modules merely say is held back until the
 * person has shown who they are: words like "account locked" would tell a stranger that there is
 * such an account. */
#pragma once

#include "../pam/core.h"
#include "frame.h"
#include "order.h"

#define WR_PERSON_HELD_MAX 64

struct wr_person {
  int channel;
  int answer_timeout_ms;
  int round;
  bool trusted;
  bool alone; /* a session is on its way or runs: nobody is asked, and it does not end with wrsessd
               */
  char *held[WR_PERSON_HELD_MAX]; /* readable */
  size_t held_count;
  struct wr_frame frame;
};

/* Of wr_pam_create; `user` is the struct wr_person. Ends the process when wrsessd has gone or does
 * not speak the protocol. */
bool wr_person_ask(void *user, size_t count, const struct wr_pam_prompt *prompts, char **answers);
/* The next order that is no late answer. Ends the process like wr_person_ask. */
void wr_person_await(struct wr_person *person, struct wr_order *order);
void wr_person_tell(struct wr_person *person, const char *style, const char *text);
void wr_person_forget(struct wr_person *person);
/* Sends, and ends the process when wrsessd does not take it, unless it is alone. */
void wr_person_send(struct wr_person *person, struct wr_text *report);
