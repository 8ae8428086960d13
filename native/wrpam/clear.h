/* What is left of a session when wrcomp has ended: applications, processes, folders. */
#pragma once

#include "loop.h"
#include "order.h"

/* Runs commands one after the other, each for 30 s at most; what one says of failure is told on
 * standard error. */
void wr_clear_run(struct wr_loop *loop, const struct wr_json *commands,
                  const struct wr_json *environment);
/* Ends applications politely, then by force, kills what is left and removes the folders.
 * @param after commands before the folders go, with the environment of `run`; NULL: none */
void wr_clear_session(struct wr_loop *loop, const struct wr_order *run, uid_t uid,
                      const struct wr_json *after);
