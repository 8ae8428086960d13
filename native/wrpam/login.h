/* Authentication, from the order `begin` to who it is. */
#pragma once

#include "../process/core.h"
#include "person.h"

/* Tells wrsessd how it went. NULL when it failed; `account` is then empty, else for
 * wr_process_account_free(). */
struct wr_pam *wr_login_run(struct wr_person *person, const struct wr_order *begin,
                            struct wr_process_account *account);
