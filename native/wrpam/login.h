/* Authentication, from the order `begin` to who it is. */
#pragma once

#include "../process/core.h"
#include "person.h"

/* Tells wrsessd how it went. NULL when it failed or was an unlocking, after which nothing is left
 * to do. `account` is for wr_process_account_free(). */
struct wr_pam *wr_login_run(struct wr_person *person, const struct wr_order *begin,
                            struct wr_process_account *account);
