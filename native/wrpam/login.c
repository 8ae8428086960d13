#include "login.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* No user can have it; stands for names that modules and programs would misread. */
#define NOBODY "!"
#define USER_BYTES 256
#define TOLD_CHARACTERS 1000
/* As <security/_pam_types.h> has it, by wr_pam_code_name(). */
#define EXPIRED "PAM_NEW_AUTHTOK_REQD"

struct login {
  struct wr_person *person;
  const struct wr_order *begin;
  struct wr_pam *pam;
  struct wr_process_account *account;
  struct wr_text messages; /* items of a JSON list: what is told once it has succeeded */
  struct wr_text told;     /* why the account may not be used, in the modules' words */
  const char *call;        /* that failed */
  const char *code;
};

static bool is_plausible(const char *name) {
  if (name[0] == '-' || name[0] == '.' || strlen(name) > USER_BYTES)
    return false;
  for (const char *at = name; *at; at++)
    if (isspace((unsigned char)*at) || *at == ':' || *at == '/')
      return false;
  return true;
}

static bool failed(struct login *login, const char *call, const char *code) {
  login->call = call;
  login->code = code;
  return false;
}

static bool succeeded(struct login *login, const char *call, int status) {
  return status == 0 || failed(login, call, wr_pam_code_name(status));
}

static bool set_items(struct login *login) {
  return succeeded(login, "rhost",
                   wr_pam_set_item(login->pam, WR_PAM_ITEM_RHOST, login->begin->terminal)) &&
         succeeded(login, "tty", wr_pam_set_item(login->pam, WR_PAM_ITEM_TTY, "wayray"));
}

static bool check_account(struct login *login, bool *expired) {
  struct wr_person *person = login->person;
  size_t before = person->held_count;
  int status = wr_pam_account(login->pam);
  *expired = strcmp(wr_pam_code_name(status), EXPIRED) == 0;
  if (status == 0 || *expired)
    return true;
  for (size_t i = before; i < person->held_count; i++) {
    wr_text_print(&login->told, "%s", i == before ? "" : " ");
    wr_text_add(&login->told, person->held[i], strlen(person->held[i]));
  }
  return succeeded(login, "account", status);
}

/* Modules may have put another name in the user's place, e.g. the one of a certificate. */
static bool find_account(struct login *login) {
  const char *user = wr_pam_user(login->pam);
  if (!user || wr_process_find_account(user, login->account) != 0)
    return failed(login, "account", "no such account");
  if (login->account->uid < login->begin->min_uid)
    return failed(login, "account", "not an account for people");
  /* Another person's good name and password must not open this person's session. */
  if (login->begin->unlock && strcmp(login->account->name, login->begin->user) != 0)
    return failed(login, "account", "another user");
  return true;
}

/* Why a new password is asked for has to be said before it is. */
static bool change_expired(struct login *login) {
  struct wr_person *person = login->person;
  for (size_t i = 0; i < person->held_count; i++)
    wr_person_tell(person, "info", person->held[i]);
  return succeeded(login, "changeExpired", wr_pam_change_expired(login->pam));
}

static void keep_messages(struct login *login) {
  for (size_t i = 0; i < login->person->held_count; i++) {
    if (i > 0)
      wr_text_add(&login->messages, ",", 1);
    wr_text_quote(&login->messages, login->person->held[i]);
  }
}

static bool prove(struct login *login) {
  bool expired = false, unlock = login->begin->unlock;
  if (!set_items(login) || !succeeded(login, "authenticate", wr_pam_authenticate(login->pam)) ||
      !check_account(login, &expired) || !find_account(login))
    return false;
  login->person->trusted = true;
  if (!expired || unlock)
    keep_messages(login);
  else if (!change_expired(login))
    return false;
  /* Who unlocks has logged in before: the new password is asked for at the next login. */
  return !unlock || succeeded(login, "credentials",
                              wr_pam_set_credentials(login->pam, WR_PAM_CRED_REINITIALIZE));
}

static void tell_success(struct login *login) {
  struct wr_text report = {0};
  wr_text_print(&report, "{\"type\":\"authenticated\",\"user\":");
  wr_text_quote(&report, login->account->name);
  wr_text_print(&report, ",\"uid\":%u,\"messages\":[", (unsigned)login->account->uid);
  const char *messages = wr_text_string(&login->messages);
  wr_text_add(&report, messages, strlen(messages));
  wr_text_add(&report, "]}", 2);
  wr_person_send(login->person, &report);
}

/* @param known NULL when there is no such account */
static void tell_failure(struct login *login, const char *known) {
  struct wr_text report = {0}, reason = {0}, told = {0};
  wr_text_print(&reason, "%s: %s", login->call, login->code);
  wr_text_print(&report, "{\"type\":\"failed\",\"reason\":");
  wr_text_quote(&report, wr_text_string(&reason));
  if (known) {
    wr_text_print(&report, ",\"user\":");
    wr_text_quote(&report, known);
  }
  if (login->told.length > 0) {
    wr_text_make_readable(&told, wr_text_string(&login->told), TOLD_CHARACTERS);
    wr_text_print(&report, ",\"told\":");
    wr_text_quote(&report, wr_text_string(&told));
  }
  wr_text_add(&report, "}", 1);
  wr_text_free(&reason);
  wr_text_free(&told);
  wr_person_send(login->person, &report);
}

static bool run(struct login *login, const char *user) {
  int status = 0;
  const struct wr_order *begin = login->begin;
  login->pam =
      wr_pam_create(begin->service, user, begin->confdir, wr_person_ask, login->person, &status);
  if (!login->pam)
    return failed(login, "start", wr_pam_code_name(status));
  return prove(login);
}

struct wr_pam *wr_login_run(struct wr_person *person, const struct wr_order *begin,
                            struct wr_process_account *account) {
  struct login login = {.person = person, .begin = begin, .account = account};
  struct wr_process_account known = {0};
  const char *user = is_plausible(begin->user) ? begin->user : NOBODY;
  bool exists = wr_process_find_account(user, &known) == 0;
  *account = (struct wr_process_account){0};
  person->answer_timeout_ms = begin->answer_timeout_ms;
  bool proven = run(&login, user);
  /* wrsessd kills us when it hears of that: what modules have to tidy up is done by then. */
  if (!proven || begin->unlock) {
    wr_pam_destroy(login.pam);
    login.pam = NULL;
  }
  if (proven) {
    tell_success(&login);
  } else {
    tell_failure(&login, exists ? known.name : NULL);
    wr_process_account_free(account);
  }
  wr_process_account_free(&known);
  wr_text_free(&login.messages);
  wr_text_free(&login.told);
  return login.pam;
}
