/* The session that follows from a login: its PAM session, wrcomp in it, and its end. */
#pragma once

#include "../pam/core.h"
#include "../process/core.h"
#include "person.h"

struct wr_keeper {
  struct wr_person *person;
  struct wr_pam *pam; /* NULL: the session has no PAM session */
  struct wr_process_account account;
  bool greeter;
  bool ours; /* we open the PAM session, not systemd */
};

/* From the order `start` or `greet` to the session's end. Ends the PAM transaction. */
void wr_keeper_run(struct wr_keeper *keeper);
void wr_keeper_fail(struct wr_person *person, const char *message);
