/* One PAM transaction. Every call blocks for as long as the modules take; use one thread for all
 * calls of a transaction, since modules keep things per thread (keyrings). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What one call of the conversation may ask at most, and the longest answer in bytes. */
#define WR_PAM_PROMPTS_MAX 32
#define WR_PAM_ANSWER_MAX 512

enum wr_pam_style { WR_PAM_SECRET, WR_PAM_VISIBLE, WR_PAM_INFO, WR_PAM_ERROR };

struct wr_pam_prompt {
  enum wr_pam_style style;
  const char *text; /* never NULL */
};

/* Fills `answers[i]` for each SECRET and VISIBLE prompt with a string from malloc; the transaction
 * wipes and frees what it finds there, also after false. False ends the call with a conversation
 * error. */
typedef bool (*wr_pam_ask)(void *user, size_t count, const struct wr_pam_prompt *prompts,
                           char **answers);

enum wr_pam_item { WR_PAM_ITEM_RHOST, WR_PAM_ITEM_TTY, WR_PAM_ITEM_RUSER };
enum wr_pam_credentials { WR_PAM_CRED_ESTABLISH, WR_PAM_CRED_REINITIALIZE, WR_PAM_CRED_DELETE };

struct wr_pam;

/* `confdir` NULL stands for the system's own configuration. NULL on failure, the PAM code in
 * `status`. */
struct wr_pam *wr_pam_create(const char *service, const char *user, const char *confdir,
                             wr_pam_ask ask, void *ask_user, int *status);
/* Ends the transaction with the status of its last call. NULL is fine. */
void wr_pam_destroy(struct wr_pam *pam);

/* All return PAM codes: 0 is success, wr_pam_code_name() names the others. */
int wr_pam_set_item(struct wr_pam *pam, enum wr_pam_item item, const char *value);
int wr_pam_putenv(struct wr_pam *pam, const char *assignment);
int wr_pam_authenticate(struct wr_pam *pam);
int wr_pam_account(struct wr_pam *pam);
int wr_pam_change_expired(struct wr_pam *pam);
int wr_pam_set_credentials(struct wr_pam *pam, enum wr_pam_credentials what);
int wr_pam_open_session(struct wr_pam *pam);
int wr_pam_close_session(struct wr_pam *pam);

/* The user as the modules left it; NULL when nobody named one. Belongs to the transaction. */
const char *wr_pam_user(struct wr_pam *pam);
/* NAME=VALUE strings, NULL at the end; for wr_pam_environment_free(). NULL when out of memory. */
char **wr_pam_environment(struct wr_pam *pam);
void wr_pam_environment_free(char **environment);

/* "PAM_AUTH_ERR" and the like; "PAM_UNKNOWN" for a code that has no name. */
const char *wr_pam_code_name(int code);
/* Wipes a string from malloc, up to its NUL, and frees it. NULL is fine. */
void wr_pam_wipe(char *secret);

#ifdef __cplusplus
}
#endif
