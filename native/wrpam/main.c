#define _GNU_SOURCE
/* wrpam: one login, and the session that follows from it, or a greeter's session, in a process that
 * may hang, crash or be killed. Until a session is to start it is wrsessd's and ends with it; after
 * that it lives on its own and answers on the session's control socket. */
#include "keeper.h"
#include "login.h"
#include "watch.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* wrsessd's channel, and where it lies while 3 is wrcomp's. */
#define CHANNEL_FD 3
#define CHANNEL_HIGH 10

static bool no_answer(void *user, size_t count, const struct wr_pam_prompt *prompts,
                      char **answers) {
  (void)user;
  (void)answers;
  for (size_t i = 0; i < count; i++)
    if (prompts[i].style == WR_PAM_SECRET || prompts[i].style == WR_PAM_VISIBLE)
      return false;
  return true;
}

static void keep(struct wr_keeper *keeper, struct wr_watch *watch) {
  wr_watch_stop(watch);
  wr_keeper_run(keeper);
}

static void log_in(struct wr_person *person, struct wr_order *begin, struct wr_watch *watch) {
  struct wr_keeper keeper = {.person = person};
  struct wr_order order;
  keeper.pam = wr_login_run(person, begin, &keeper.account);
  wr_order_free(begin);
  if (keeper.pam) {
    wr_person_await(person, &order);
    keeper.ours = order.ours;
    bool starts = order.type == WR_ORDER_START;
    wr_order_free(&order);
    if (starts)
      keep(&keeper, watch);
  }
  wr_pam_destroy(keeper.pam);
  wr_process_account_free(&keeper.account);
}

/* Who a greeter runs as; nobody has to show who they are. NULL, or an error for the administrator.
 */
static const char *find_greeter(const struct wr_order *greet, struct wr_keeper *keeper) {
  static char message[256];
  int status = 0;
  if (wr_process_find_account(greet->user, &keeper->account) != 0) {
    snprintf(message, sizeof message, "there is no user %.128s", greet->user);
    return message;
  }
  if (keeper->account.uid == 0)
    return "greeters do not run as root";
  if (!greet->service)
    return NULL;
  keeper->pam =
      wr_pam_create(greet->service, greet->user, greet->confdir, no_answer, NULL, &status);
  if (keeper->pam)
    status = wr_pam_set_item(keeper->pam, WR_PAM_ITEM_TTY, "wayray");
  if (status == 0)
    return NULL;
  snprintf(message, sizeof message, "start: %s", wr_pam_code_name(status));
  return message;
}

static void greet(struct wr_person *person, struct wr_order *order, struct wr_watch *watch) {
  struct wr_keeper keeper = {.person = person, .greeter = true, .ours = order->ours};
  const char *error = find_greeter(order, &keeper);
  wr_order_free(order);
  if (error)
    wr_keeper_fail(person, error);
  else
    keep(&keeper, watch);
  wr_pam_destroy(keeper.pam);
  wr_process_account_free(&keeper.account);
}

static void pass_over(int number) { (void)number; }

/* Whoever reads our standard error, or what a module writes to, may go: that ends no session. A
 * handler, as programs that modules start would inherit that it is ignored. */
static void outlive_readers(void) {
  struct sigaction action = {.sa_handler = pass_over, .sa_flags = SA_RESTART};
  sigaction(SIGPIPE, &action, NULL);
}

int main(void) {
  struct wr_person person = {.channel = fcntl(CHANNEL_FD, F_DUPFD_CLOEXEC, CHANNEL_HIGH)};
  struct wr_order order;
  struct wr_watch watch;
  if (person.channel < 0) {
    fprintf(stderr, "wrpam: wrsessd starts it, with a socket as descriptor 3\n");
    return 64;
  }
  close(CHANNEL_FD);
  outlive_readers();
  wr_process_hide_memory();
  wr_process_adopt_orphans();
  wr_process_keep_descriptors();
  if (!wr_watch_start(&watch, person.channel)) {
    fprintf(stderr, "wrpam: no thread\n");
    return 71;
  }
  wr_person_await(&person, &order);
  if (order.type == WR_ORDER_BEGIN)
    log_in(&person, &order, &watch);
  else if (order.type == WR_ORDER_GREET)
    greet(&person, &order, &watch);
  else
    wr_order_free(&order);
  wr_person_forget(&person);
  return 0;
}
