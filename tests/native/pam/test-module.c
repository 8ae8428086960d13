/* A PAM module for tests alone. Arguments of its line say what it does:
 *   otp         asks for a colour (shown) and a code (secret) at once, then for a second code; says
 * a word between hang, crash, many (prompts, more than the conversation takes) mark=FILE   session:
 * appends "open USER" or "close USER" to FILE, and sets WR_TEST_SESSION
 *   tidy=FILE   auth: takes its time at the end of the transaction, then makes FILE */
#include <fcntl.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int converse(pam_handle_t *pamh, int count, const struct pam_message *messages,
                    struct pam_response **responses) {
  const void *item;
  if (pam_get_item(pamh, PAM_CONV, &item) != PAM_SUCCESS)
    return PAM_SYSTEM_ERR;
  const struct pam_conv *conv = item;
  const struct pam_message *pointers[64];
  for (int i = 0; i < count; i++)
    pointers[i] = &messages[i];
  return conv->conv(count, pointers, responses, conv->appdata_ptr);
}

static int two_at_once(pam_handle_t *pamh) {
  const struct pam_message messages[] = {{PAM_PROMPT_ECHO_ON, "Colour:"},
                                         {PAM_TEXT_INFO, "The code is on your token."},
                                         {PAM_PROMPT_ECHO_OFF, "Code:"}};
  struct pam_response *responses = NULL;
  if (converse(pamh, 3, messages, &responses) != PAM_SUCCESS)
    return PAM_CONV_ERR;
  int right = strcmp(responses[0].resp, "blue") == 0 && !responses[1].resp &&
              strcmp(responses[2].resp, "424242") == 0;
  for (int i = 0; i < 3; i++)
    free(responses[i].resp);
  free(responses);
  return right ? PAM_SUCCESS : PAM_AUTH_ERR;
}

static int otp(pam_handle_t *pamh) {
  int status = two_at_once(pamh);
  if (status != PAM_SUCCESS)
    return status;
  pam_error(pamh, "Once more.");
  char *answer = NULL;
  if (pam_prompt(pamh, PAM_PROMPT_ECHO_OFF, &answer, "Next code:") != PAM_SUCCESS || !answer)
    return PAM_CONV_ERR;
  status = strcmp(answer, "171717") == 0 ? PAM_SUCCESS : PAM_AUTH_ERR;
  free(answer);
  return status;
}

static int many(pam_handle_t *pamh) {
  struct pam_message messages[64];
  for (int i = 0; i < 64; i++)
    messages[i] = (struct pam_message){PAM_PROMPT_ECHO_ON, "?"};
  struct pam_response *responses = NULL;
  return converse(pamh, 64, messages, &responses);
}

static void tidy(pam_handle_t *pamh, void *path, int status) {
  (void)pamh;
  (void)status;
  usleep(100000);
  FILE *file = fopen(path, "w");
  if (file)
    fclose(file);
  free(path);
}

int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv) {
  (void)flags;
  for (int i = 0; i < argc; i++) {
    if (strncmp(argv[i], "tidy=", 5) == 0)
      pam_set_data(pamh, "wr_test_tidy", strdup(argv[i] + 5), tidy);
    if (strcmp(argv[i], "otp") == 0)
      return otp(pamh);
    if (strcmp(argv[i], "many") == 0)
      return many(pamh);
    if (strcmp(argv[i], "crash") == 0)
      abort();
    while (strcmp(argv[i], "hang") == 0)
      pause();
  }
  return PAM_SUCCESS;
}

int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv) {
  (void)flags;
  (void)argc;
  (void)argv;
  return pam_putenv(pamh, "WR_TEST_CREDENTIALS=yes");
}

static int mark(pam_handle_t *pamh, int argc, const char **argv, const char *what) {
  const char *user = NULL;
  pam_get_user(pamh, &user, NULL);
  for (int i = 0; i < argc; i++) {
    if (strncmp(argv[i], "mark=", 5) != 0)
      continue;
    FILE *file = fopen(argv[i] + 5, "a");
    if (!file)
      return PAM_SESSION_ERR;
    fprintf(file, "%s %s\n", what, user ? user : "");
    fclose(file);
  }
  return PAM_SUCCESS;
}

int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv) {
  (void)flags;
  int status = pam_putenv(pamh, "WR_TEST_SESSION=open");
  /* As a careless module leaves one open for every program that follows. */
  fcntl(STDIN_FILENO, F_DUPFD, 77);
  return status == PAM_SUCCESS ? mark(pamh, argc, argv, "open") : status;
}

int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv) {
  (void)flags;
  return mark(pamh, argc, argv, "close");
}
