#define _GNU_SOURCE
#include "core.h"

#include <security/pam_appl.h>
#include <stdlib.h>
#include <string.h>

struct wr_pam {
  pam_handle_t *handle;
  struct pam_conv conversation;
  wr_pam_ask ask;
  void *ask_user;
  int status;
};

void wr_pam_wipe(char *secret) {
  if (!secret)
    return;
  explicit_bzero(secret, strlen(secret));
  free(secret);
}

static void discard(size_t count, char **answers) {
  for (size_t i = 0; i < count; i++) {
    wr_pam_wipe(answers[i]);
    answers[i] = NULL;
  }
}

static bool read_prompts(size_t count, const struct pam_message **messages,
                         struct wr_pam_prompt *prompts) {
  for (size_t i = 0; i < count; i++) {
    switch (messages[i]->msg_style) {
    case PAM_PROMPT_ECHO_OFF:
      prompts[i].style = WR_PAM_SECRET;
      break;
    case PAM_PROMPT_ECHO_ON:
      prompts[i].style = WR_PAM_VISIBLE;
      break;
    case PAM_TEXT_INFO:
      prompts[i].style = WR_PAM_INFO;
      break;
    case PAM_ERROR_MSG:
      prompts[i].style = WR_PAM_ERROR;
      break;
    default:
      return false;
    }
    prompts[i].text = messages[i]->msg ? messages[i]->msg : "";
  }
  return true;
}

static bool wants_answer(enum wr_pam_style style) {
  return style == WR_PAM_SECRET || style == WR_PAM_VISIBLE;
}

static bool ask_all(struct wr_pam *pam, size_t count, const struct wr_pam_prompt *prompts,
                    char **answers) {
  if (!pam->ask(pam->ask_user, count, prompts, answers))
    return false;
  for (size_t i = 0; i < count; i++)
    if (wants_answer(prompts[i].style) && !answers[i])
      return false;
  return true;
}

static int converse(int count, const struct pam_message **messages, struct pam_response **responses,
                    void *user) {
  struct wr_pam *pam = user;
  struct wr_pam_prompt prompts[WR_PAM_PROMPTS_MAX];
  char *answers[WR_PAM_PROMPTS_MAX] = {NULL};
  if (count <= 0 || count > WR_PAM_PROMPTS_MAX || !read_prompts(count, messages, prompts))
    return PAM_CONV_ERR;
  struct pam_response *result = calloc(count, sizeof *result);
  if (!result)
    return PAM_BUF_ERR;
  if (!ask_all(pam, count, prompts, answers)) {
    discard(count, answers);
    free(result);
    return PAM_CONV_ERR;
  }
  for (int i = 0; i < count; i++)
    result[i].resp = answers[i];
  *responses = result;
  return PAM_SUCCESS;
}

/* libpam would sleep for up to seconds after a failure; how long a failure takes is for the caller
 * to decide, who must make all failures alike. */
static void no_delay(int status, unsigned microseconds, void *user) {
  (void)status;
  (void)microseconds;
  (void)user;
}

static int start(struct wr_pam *pam, const char *service, const char *user, const char *confdir) {
  int status = confdir ? pam_start_confdir(service, user, &pam->conversation, confdir, &pam->handle)
                       : pam_start(service, user, &pam->conversation, &pam->handle);
  if (status != PAM_SUCCESS)
    return status;
#ifdef PAM_FAIL_DELAY
  union {
    void (*call)(int, unsigned, void *);
    const void *item;
  } delay = {no_delay};
  status = pam_set_item(pam->handle, PAM_FAIL_DELAY, delay.item);
#endif
  return status;
}

struct wr_pam *wr_pam_create(const char *service, const char *user, const char *confdir,
                             wr_pam_ask ask, void *ask_user, int *status) {
  struct wr_pam *pam = calloc(1, sizeof *pam);
  if (!pam) {
    *status = PAM_BUF_ERR;
    return NULL;
  }
  pam->ask = ask;
  pam->ask_user = ask_user;
  pam->conversation = (struct pam_conv){converse, pam};
  *status = pam->status = start(pam, service, user, confdir);
  if (*status == PAM_SUCCESS)
    return pam;
  wr_pam_destroy(pam);
  return NULL;
}

void wr_pam_destroy(struct wr_pam *pam) {
  if (!pam)
    return;
  if (pam->handle)
    pam_end(pam->handle, pam->status);
  free(pam);
}

static int keep(struct wr_pam *pam, int status) { return pam->status = status; }

int wr_pam_set_item(struct wr_pam *pam, enum wr_pam_item item, const char *value) {
  static const int items[] = {PAM_RHOST, PAM_TTY, PAM_RUSER};
  return keep(pam, pam_set_item(pam->handle, items[item], value));
}

int wr_pam_putenv(struct wr_pam *pam, const char *assignment) {
  return keep(pam, pam_putenv(pam->handle, assignment));
}

int wr_pam_authenticate(struct wr_pam *pam) { return keep(pam, pam_authenticate(pam->handle, 0)); }

int wr_pam_account(struct wr_pam *pam) { return keep(pam, pam_acct_mgmt(pam->handle, 0)); }

int wr_pam_change_expired(struct wr_pam *pam) {
  return keep(pam, pam_chauthtok(pam->handle, PAM_CHANGE_EXPIRED_AUTHTOK));
}

int wr_pam_set_credentials(struct wr_pam *pam, enum wr_pam_credentials what) {
  static const int flags[] = {PAM_ESTABLISH_CRED, PAM_REINITIALIZE_CRED, PAM_DELETE_CRED};
  return keep(pam, pam_setcred(pam->handle, flags[what]));
}

int wr_pam_open_session(struct wr_pam *pam) { return keep(pam, pam_open_session(pam->handle, 0)); }

int wr_pam_close_session(struct wr_pam *pam) {
  return keep(pam, pam_close_session(pam->handle, 0));
}

const char *wr_pam_user(struct wr_pam *pam) {
  const void *user = NULL;
  return pam_get_item(pam->handle, PAM_USER, &user) == PAM_SUCCESS ? user : NULL;
}

char **wr_pam_environment(struct wr_pam *pam) { return pam_getenvlist(pam->handle); }

void wr_pam_environment_free(char **environment) {
  for (char **entry = environment; entry && *entry; entry++)
    wr_pam_wipe(*entry);
  free(environment);
}

#define NAME(code)                                                                                 \
  case code:                                                                                       \
    return #code

const char *wr_pam_code_name(int code) {
  switch (code) {
    NAME(PAM_SUCCESS);
    NAME(PAM_OPEN_ERR);
    NAME(PAM_SYMBOL_ERR);
    NAME(PAM_SERVICE_ERR);
    NAME(PAM_SYSTEM_ERR);
    NAME(PAM_BUF_ERR);
    NAME(PAM_PERM_DENIED);
    NAME(PAM_AUTH_ERR);
    NAME(PAM_CRED_INSUFFICIENT);
    NAME(PAM_AUTHINFO_UNAVAIL);
    NAME(PAM_USER_UNKNOWN);
    NAME(PAM_MAXTRIES);
    NAME(PAM_NEW_AUTHTOK_REQD);
    NAME(PAM_ACCT_EXPIRED);
    NAME(PAM_SESSION_ERR);
    NAME(PAM_CRED_UNAVAIL);
    NAME(PAM_CRED_EXPIRED);
    NAME(PAM_CRED_ERR);
    NAME(PAM_CONV_ERR);
    NAME(PAM_AUTHTOK_ERR);
    NAME(PAM_AUTHTOK_RECOVERY_ERR);
    NAME(PAM_AUTHTOK_LOCK_BUSY);
    NAME(PAM_AUTHTOK_DISABLE_AGING);
    NAME(PAM_TRY_AGAIN);
    NAME(PAM_IGNORE);
    NAME(PAM_ABORT);
    NAME(PAM_AUTHTOK_EXPIRED);
    NAME(PAM_MODULE_UNKNOWN);
    NAME(PAM_BAD_ITEM);
  default:
    return "PAM_UNKNOWN";
  }
}
