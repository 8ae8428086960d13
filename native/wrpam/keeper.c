#define _GNU_SOURCE
#include "keeper.h"

#include "clear.h"
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* wrsessd makes folders in between, and asks systemd. */
#define ORDER_MS 60000
#define MESSAGE_BYTES 2000
/* As appliance/sessd/pam/messages.ts takes them. */
#define VARIABLES_MAX 1000

struct session {
  struct wr_keeper *keeper;
  struct wr_loop loop;
  struct wr_order run, keep;
  struct wr_text record;
  bool stopping;
  char message[MESSAGE_BYTES]; /* why it does not start */
};

void wr_keeper_fail(struct wr_person *person, const char *message) {
  struct wr_text report = {0};
  wr_text_print(&report, "{\"type\":\"start_failed\",\"message\":");
  wr_text_quote(&report, message);
  wr_text_add(&report, "}", 1);
  wr_person_send(person, &report);
}

__attribute__((format(printf, 2, 3))) static bool fail(struct session *session, const char *format,
                                                       ...) {
  va_list values;
  va_start(values, format);
  if (!session->message[0])
    vsnprintf(session->message, sizeof session->message, format, values);
  va_end(values);
  return false;
}

/* What the audit of the kernel knows a session by. */
static void set_login_uid(uid_t uid) {
  char text[16];
  int length = snprintf(text, sizeof text, "%u", (unsigned)uid);
  int fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);
  /* A kernel without audit, or a container that may not. */
  if (fd >= 0 && write(fd, text, (size_t)length) < 0)
    errno = 0;
  if (fd >= 0)
    close(fd);
}

static bool call(struct session *session, const char *name, int status) {
  return status == 0 || fail(session, "%s: %s", name, wr_pam_code_name(status));
}

/* A greeter has shown nothing that could give it credentials. */
static bool open_pam(struct session *session) {
  struct wr_keeper *keeper = session->keeper;
  struct wr_pam *pam = keeper->pam;
  if (keeper->ours) {
    int status = wr_process_take_groups(keeper->account.name, keeper->account.gid);
    if (status != 0)
      return fail(session, "groups of the user: %s", strerror(status));
    if (!keeper->greeter)
      set_login_uid(keeper->account.uid);
  }
  if (!pam)
    return true;
  const char *class = keeper->greeter ? "XDG_SESSION_CLASS=greeter" : "XDG_SESSION_CLASS=user";
  if (!call(session, "setEnvironment", wr_pam_putenv(pam, "XDG_SESSION_TYPE=wayland")) ||
      !call(session, "setEnvironment", wr_pam_putenv(pam, class)))
    return false;
  if (!keeper->ours)
    return true;
  if (!keeper->greeter &&
      !call(session, "credentials", wr_pam_set_credentials(pam, WR_PAM_CRED_ESTABLISH)))
    return false;
  if (call(session, "openSession", wr_pam_open_session(pam)))
    return true;
  if (!keeper->greeter)
    wr_pam_set_credentials(pam, WR_PAM_CRED_DELETE);
  return false;
}

static void close_pam(struct session *session) {
  struct wr_keeper *keeper = session->keeper;
  keeper->person->channel = session->loop.channel;
  wr_loop_let_signals();
  if (!keeper->pam || !keeper->ours)
    return;
  wr_pam_close_session(keeper->pam);
  if (!keeper->greeter)
    wr_pam_set_credentials(keeper->pam, WR_PAM_CRED_DELETE);
}

/* Before wrsessd hears of the end: it may kill us then, while modules tidy up. */
static void end_pam(struct wr_keeper *keeper) {
  wr_pam_destroy(keeper->pam);
  keeper->pam = NULL;
}

/* How many variables there are. */
static size_t add_environment(struct wr_text *report, struct wr_pam *pam) {
  char **environment = pam ? wr_pam_environment(pam) : NULL, **entry = environment;
  for (; entry && *entry; entry++) {
    if (entry != environment)
      wr_text_add(report, ",", 1);
    wr_text_quote(report, *entry);
  }
  size_t count = (size_t)(entry - environment);
  if (environment)
    wr_pam_environment_free(environment);
  return count;
}

/* What wrsessd makes the session's command and environment of. */
static bool tell_opened(struct session *session) {
  const struct wr_process_account *account = &session->keeper->account;
  struct wr_text report = {0};
  struct stat home;
  wr_text_print(&report, "{\"type\":\"opened\",\"uid\":%u,\"gid\":%u,\"hasHome\":%s",
                (unsigned)account->uid, (unsigned)account->gid,
                stat(account->home, &home) == 0 ? "true" : "false");
  wr_text_print(&report, ",\"name\":");
  wr_text_quote(&report, account->name);
  wr_text_print(&report, ",\"home\":");
  wr_text_quote(&report, account->home);
  wr_text_print(&report, ",\"shell\":");
  wr_text_quote(&report, account->shell);
  wr_text_print(&report, ",\"environment\":[");
  size_t variables = add_environment(&report, session->keeper->pam);
  wr_text_print(&report, "]}");
  if (variables > VARIABLES_MAX) {
    wr_text_free(&report);
    return fail(session, "PAM modules want %zu environment variables; %d are taken at most",
                variables, VARIABLES_MAX);
  }
  return wr_frame_send(session->keeper->person->channel, &report) ||
         fail(session, "the PAM environment is too long, or wrsessd has gone");
}

/* Order `type`, or false: one to abandon, none in time, or wrsessd has gone. */
static bool await_order(struct session *session, enum wr_order_type type, struct wr_order *order) {
  struct wr_loop *loop = &session->loop;
  int64_t deadline_ms = wr_frame_now_ms() + ORDER_MS;
  while (loop->channel >= 0 && !loop->frame.whole && wr_frame_now_ms() < deadline_ms)
    wr_loop_turn(loop, deadline_ms);
  if (!loop->frame.whole)
    return fail(session, loop->channel < 0 ? "wrsessd has gone" : "wrsessd says nothing more");
  if (!wr_order_read(order, &loop->frame))
    return fail(session, "wrsessd sent an order that is not known");
  if (order->type == type)
    return true;
  fail(session, "%s", order->words ? order->words : "wrsessd sent an order out of turn");
  wr_order_free(order);
  return false;
}

/* Both ends of what wrcomp tells its one line by; `theirs` is -1 with a FIFO, which it opens
 * itself. */
static bool open_ready(struct session *session, int *theirs) {
  struct wr_loop *loop = &session->loop;
  const char *fifo = session->run.ready;
  struct stat found;
  int ends[2];
  *theirs = -1;
  if (!fifo) {
    if (pipe2(ends, O_CLOEXEC) != 0)
      return fail(session, "pipe: %s", strerror(errno));
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    loop->ready = ends[0];
    *theirs = ends[1];
    return true;
  }
  /* For reading and writing, as otherwise it would be at its end before wrcomp has opened it. The
   * folder is the user's: it may be something else by now. */
  loop->ready = open(fifo, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  if (loop->ready >= 0 && fstat(loop->ready, &found) == 0 && S_ISFIFO(found.st_mode))
    return true;
  return fail(session, "%s is no FIFO", fifo);
}

static bool start_compositor(struct session *session) {
  const struct wr_order *run = &session->run;
  struct wr_spawn spawn = {.command = run->command,
                           .environment = run->environment,
                           .input = run->input[0] ? run->input : NULL,
                           .log = run->log};
  if (!open_ready(session, &spawn.ready))
    return false;
  pid_t pid = wr_spawn_start(&spawn);
  int status = errno;
  if (spawn.ready >= 0)
    close(spawn.ready);
  if (pid < 0)
    return fail(session, "%s: %s", run->command->first->text, strerror(status));
  session->loop.child = pid;
  return true;
}

static const char *reason_of(int status, char *text, size_t room) {
  if (WIFSIGNALED(status))
    snprintf(text, room, "SIG%s", sigabbrev_np(WTERMSIG(status)));
  else if (WEXITSTATUS(status) == 0)
    snprintf(text, room, "ended");
  else
    snprintf(text, room, "status %d", WEXITSTATUS(status));
  return text;
}

static bool await_ready(struct session *session) {
  struct wr_loop *loop = &session->loop;
  const struct wr_order *run = &session->run;
  int64_t deadline_ms = wr_frame_now_ms() + run->ready_timeout_ms;
  char reason[32];
  while (loop->child && !loop->line_whole && loop->channel >= 0 && !loop->frame.whole &&
         !loop->end_wanted && wr_frame_now_ms() < deadline_ms)
    wr_loop_turn(loop, deadline_ms);
  if (loop->line_whole && strcmp(loop->line, "ready") == 0)
    return true;
  if (loop->line_whole)
    return fail(session, "wrcomp does not start: %s; its log is %s", loop->line, run->said_in);
  if (!loop->child)
    return fail(session, "wrcomp ended while starting (%s); its log is %s",
                reason_of(loop->child_status, reason, sizeof reason), run->said_in);
  if (loop->channel < 0 || loop->frame.whole || loop->end_wanted)
    return fail(session, "wrsessd does not want it any more");
  return fail(session, "wrcomp is not ready after %g s; its log is %s",
              run->ready_timeout_ms / 1000.0, run->said_in);
}

static bool tell_ready(struct session *session) {
  struct wr_text report = {0};
  wr_text_print(&report, "{\"type\":\"ready\",\"pid\":%d}", (int)session->loop.child);
  return wr_frame_send(session->loop.channel, &report) || fail(session, "wrsessd has gone");
}

static bool open_control(struct session *session) {
  const struct wr_order *keep = &session->keep;
  const struct wr_process_account *account = &session->keeper->account;
  struct wr_text *record = &session->record;
  wr_text_print(record, "{\"type\":\"session\",\"session\":\"%s\",\"user\":", keep->session);
  wr_text_quote(record, account->name);
  wr_text_print(record, ",\"uid\":%u,\"pid\":%d,\"greeter\":%s,\"socket\":", (unsigned)account->uid,
                keep->pid, session->keeper->greeter ? "true" : "false");
  wr_text_quote(record, keep->socket);
  wr_text_add(record, "}", 1);
  if (wr_control_open(&session->loop.control, keep->control, wr_text_string(record)))
    return true;
  return fail(session, "%s: %s", keep->control, strerror(errno));
}

static void tell_started(struct session *session) {
  struct wr_text report = {0};
  wr_text_print(&report, "{\"type\":\"started\",\"pid\":%d,\"socket\":", session->keep.pid);
  wr_text_quote(&report, session->keep.socket);
  wr_text_add(&report, "}", 1);
  struct wr_loop *loop = &session->loop;
  /* wrsessd was killed meanwhile: the next one may have looked for sessions before this one could
   * be found. */
  if (loop->channel < 0 || !wr_frame_send(loop->channel, &report))
    loop->end_wanted = true;
  wr_text_free(&report);
  if (loop->channel >= 0)
    close(loop->channel);
  loop->channel = -1;
  if (loop->ready >= 0)
    close(loop->ready);
  loop->ready = -1;
}

/* Asks wrcomp to end. */
static void stop(struct session *session) {
  const struct wr_order *run = &session->run;
  session->stopping = true;
  if (run->stop->length > 0)
    wr_clear_run(&session->loop, run->stop, run->environment);
  else if (session->loop.child)
    kill(session->loop.child, SIGTERM);
}

/* Hours. */
static void await_end(struct session *session) {
  struct wr_loop *loop = &session->loop;
  int64_t deadline_ms = -1;
  while (loop->child) {
    if (loop->end_wanted && !session->stopping) {
      deadline_ms = wr_frame_now_ms() + session->run.end_timeout_ms;
      stop(session);
      continue;
    }
    if (deadline_ms >= 0 && wr_frame_now_ms() >= deadline_ms)
      wr_loop_kill_child(loop);
    else
      wr_loop_turn(loop, deadline_ms);
  }
}

static void give_up(struct session *session) {
  struct wr_loop *loop = &session->loop;
  if (session->run.stop->length > 0)
    wr_clear_run(loop, session->run.stop, session->run.environment);
  wr_loop_kill_child(loop);
  wr_clear_session(loop, &session->run, session->keeper->account.uid, NULL);
}

/* False: nothing of it is left. */
static bool start(struct session *session) {
  if (!tell_opened(session) || !await_order(session, WR_ORDER_RUN, &session->run))
    return false;
  if (start_compositor(session) && await_ready(session) && tell_ready(session) &&
      await_order(session, WR_ORDER_KEEP, &session->keep) && open_control(session))
    return true;
  give_up(session);
  return false;
}

static void keep(struct session *session) {
  char reason[32];
  struct wr_loop *loop = &session->loop;
  tell_started(session);
  wr_process_give_back_unused(0, false);
  await_end(session);
  wr_clear_session(loop, &session->run, session->keeper->account.uid, session->keep.after);
  reason_of(loop->child_status, reason, sizeof reason);
  close_pam(session);
  end_pam(session->keeper);
  wr_control_close(&loop->control, reason);
}

void wr_keeper_run(struct wr_keeper *keeper) {
  struct session session = {.keeper = keeper};
  keeper->person->alone = true;
  bool opened = open_pam(&session);
  bool watching = opened && (wr_loop_open(&session.loop, keeper->person->channel) ||
                             fail(&session, "signals: %s", strerror(errno)));
  if (watching && start(&session)) {
    keep(&session);
  } else {
    if (opened)
      close_pam(&session);
    end_pam(keeper);
    wr_keeper_fail(keeper->person, session.message);
  }
  wr_frame_clear(&session.loop.frame);
  wr_order_free(&session.run);
  wr_order_free(&session.keep);
  wr_text_free(&session.record);
}
