/* What wrsessd tells its wrpam, checked. appliance/sessd/pam/messages.ts has the same shapes. */
#pragma once

#include "frame.h"
#include "json.h"

#include <stdbool.h>
#include <stdint.h>

enum wr_order_type {
  WR_ORDER_BEGIN,
  WR_ORDER_ANSWER,
  WR_ORDER_START,
  WR_ORDER_GREET,
  WR_ORDER_RUN,
  WR_ORDER_KEEP,
  WR_ORDER_ABANDON,
  WR_ORDER_END
};

/* Fields that the order does not have are NULL, 0 or false. Strings belong to the order. */
struct wr_order {
  enum wr_order_type type;
  const char *service, *confdir, *user, *terminal; /* BEGIN, GREET */
  bool unlock;
  uint32_t min_uid;
  int answer_timeout_ms;
  int round; /* ANSWER */
  const struct wr_json *answers;
  bool ours;                                    /* START, GREET: we open the PAM session */
  const struct wr_json *command, *environment;  /* RUN: lists of strings */
  const char *input, *log, *ready, *said_in;    /* input: a file's content; ready: a FIFO */
  const char *link, *runtime, *cgroup, *socket; /* socket: KEEP, too */
  bool descendants;
  int ready_timeout_ms, end_timeout_ms;
  const struct wr_json *stop, *after; /* lists of commands; stop: RUN, after: KEEP */
  const char *session, *control;      /* KEEP */
  int pid;
  const char *words; /* ABANDON, END */

  char *body;
  struct wr_json *values;
  size_t head, secrets; /* the secrets stand in `body` behind the head */
};

/* Takes the frame's body, whole as it has to be, whatever comes of it. False when it is no order;
 * nothing is to be freed then. */
bool wr_order_read(struct wr_order *order, struct wr_frame *frame);
/* Wipes its secrets. */
void wr_order_free(struct wr_order *order);
