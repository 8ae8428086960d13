/* Run under ASan/UBSan by the sanitizer build; aborts on the first wrong answer. Needs no
 * privileges. */
#include "core.h"

#include <security/_pam_types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                              \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

static char confdir[] = "/tmp/wr-pam-XXXXXX";
static const char *module;

static void write_service(const char *name, const char *argument) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", confdir, name);
  FILE *file = fopen(path, "w");
  CHECK(file);
  fprintf(file, "auth required %s %s\naccount required pam_permit.so\n", module, argument);
  fprintf(file, "session required %s\n", module);
  fclose(file);
}

static void remove_service(const char *name) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", confdir, name);
  unlink(path);
}

struct script {
  const char *answers[4]; /* in the order of the questions */
  int asked, told;
};

static bool answer(void *user, size_t count, const struct wr_pam_prompt *prompts, char **answers) {
  struct script *script = user;
  for (size_t i = 0; i < count; i++) {
    CHECK(prompts[i].text);
    if (prompts[i].style == WR_PAM_INFO || prompts[i].style == WR_PAM_ERROR) {
      script->told++;
      continue;
    }
    const char *word = script->answers[script->asked++];
    if (!word)
      return false;
    answers[i] = strdup(word);
  }
  return true;
}

static struct wr_pam *begin(const char *service, struct script *script) {
  int status = -1;
  struct wr_pam *pam = wr_pam_create(service, "nobody", confdir, answer, script, &status);
  CHECK(pam && status == PAM_SUCCESS);
  return pam;
}

static void check_rounds(void) {
  struct script script = {{"blue", "424242", "171717"}, 0, 0};
  struct wr_pam *pam = begin("otp", &script);
  CHECK(wr_pam_set_item(pam, WR_PAM_ITEM_RHOST, "terminal-1") == PAM_SUCCESS);
  CHECK(wr_pam_authenticate(pam) == PAM_SUCCESS);
  CHECK(script.asked == 3 && script.told == 2);
  CHECK(wr_pam_account(pam) == PAM_SUCCESS);
  CHECK(wr_pam_set_credentials(pam, WR_PAM_CRED_ESTABLISH) == PAM_SUCCESS);
  CHECK(wr_pam_open_session(pam) == PAM_SUCCESS);
  CHECK(strcmp(wr_pam_user(pam), "nobody") == 0);
  char **environment = wr_pam_environment(pam);
  CHECK(environment && strcmp(environment[0], "WR_TEST_CREDENTIALS=yes") == 0);
  CHECK(strcmp(environment[1], "WR_TEST_SESSION=open") == 0 && !environment[2]);
  wr_pam_environment_free(environment);
  CHECK(wr_pam_close_session(pam) == PAM_SUCCESS);
  wr_pam_destroy(pam);
}

static void check_refusals(void) {
  struct script wrong = {{"blue", "000000"}, 0, 0};
  struct wr_pam *pam = begin("otp", &wrong);
  CHECK(wr_pam_authenticate(pam) == PAM_AUTH_ERR);
  wr_pam_destroy(pam);

  /* Answers that were given before the conversation broke off are wiped, not leaked. */
  struct script broken = {{"blue", NULL}, 0, 0};
  pam = begin("otp", &broken);
  CHECK(wr_pam_authenticate(pam) == PAM_CONV_ERR);
  wr_pam_destroy(pam);

  struct script unused = {{NULL}, 0, 0};
  pam = begin("many", &unused);
  CHECK(wr_pam_authenticate(pam) == PAM_CONV_ERR && unused.asked == 0);
  wr_pam_destroy(pam);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  module = argv[1];
  CHECK(mkdtemp(confdir));
  write_service("otp", "otp");
  write_service("many", "many");
  check_rounds();
  check_refusals();
  CHECK(strcmp(wr_pam_code_name(PAM_AUTH_ERR), "PAM_AUTH_ERR") == 0);
  CHECK(strcmp(wr_pam_code_name(9999), "PAM_UNKNOWN") == 0);
  wr_pam_wipe(NULL);
  wr_pam_destroy(NULL);
  remove_service("otp");
  remove_service("many");
  CHECK(rmdir(confdir) == 0);
  return 0;
}
