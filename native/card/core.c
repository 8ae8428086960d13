#include "core.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <winscard.h>

#define PNP_READER "\\\\?PnP?\\Notification"
/* Also how long stop() may take: cancelling asks the service, which may hang. */
#define LOOK_MS 1000
#define RETRY_FIRST_MS 250
#define RETRY_MAX_MS 5000
/* Old libraries tell of a change again and again once a reader's counter has passed 65535. */
#define IDLE_WAKE_MS 50
#define NAMES_MAX (WR_CARD_READERS_MAX + 1)

struct wr_card_watch {
  pthread_mutex_t lock;
  pthread_cond_t wake;
  bool stopped;
};

struct looked {
  size_t count;
  char names[WR_CARD_READERS_MAX][WR_CARD_NAME_MAX];
  DWORD states[WR_CARD_READERS_MAX];
};

struct wr_card_watch *wr_card_watch_new(void) {
  struct wr_card_watch *watch = calloc(1, sizeof *watch);
  if (!watch)
    return NULL;
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_mutex_init(&watch->lock, NULL);
  pthread_cond_init(&watch->wake, &attributes);
  pthread_condattr_destroy(&attributes);
  return watch;
}

void wr_card_watch_stop(struct wr_card_watch *watch) {
  pthread_mutex_lock(&watch->lock);
  watch->stopped = true;
  pthread_cond_broadcast(&watch->wake);
  pthread_mutex_unlock(&watch->lock);
}

void wr_card_watch_free(struct wr_card_watch *watch) {
  if (!watch)
    return;
  pthread_cond_destroy(&watch->wake);
  pthread_mutex_destroy(&watch->lock);
  free(watch);
}

static uint64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

/* False once the watch is stopped. */
static bool wait_ms(struct wr_card_watch *watch, unsigned ms) {
  uint64_t until_us = now_us() + ms * 1000ull;
  struct timespec until = {.tv_sec = (time_t)(until_us / 1000000u),
                           .tv_nsec = (long)(until_us % 1000000u) * 1000};
  pthread_mutex_lock(&watch->lock);
  int status = 0;
  while (!watch->stopped && status == 0 && ms > 0)
    status = pthread_cond_timedwait(&watch->wake, &watch->lock, &until);
  bool goes_on = !watch->stopped;
  pthread_mutex_unlock(&watch->lock);
  return goes_on;
}

size_t wr_card_names(const char *list, size_t length, char names[][WR_CARD_NAME_MAX], size_t max) {
  size_t count = 0;
  for (size_t at = 0; at < length && count < max;) {
    size_t size = strnlen(list + at, length - at);
    if (size == 0 || at + size == length)
      break;
    if (size < WR_CARD_NAME_MAX) {
      memcpy(names[count], list + at, size + 1);
      count++;
    }
    at += size + 1;
  }
  return count;
}

/* Readers that were known keep the state in which they were last seen. */
static LONG list_readers(SCARDCONTEXT context, struct looked *looked) {
  char list[NAMES_MAX * WR_CARD_NAME_MAX];
  DWORD length = sizeof list;
  struct looked old = *looked;
  LONG status = SCardListReaders(context, NULL, list, &length);
  looked->count = 0;
  if (status == SCARD_E_NO_READERS_AVAILABLE)
    return SCARD_S_SUCCESS;
  if (status != SCARD_S_SUCCESS)
    return status;
  looked->count = wr_card_names(list, length, looked->names, WR_CARD_READERS_MAX);
  for (size_t i = 0; i < looked->count; i++) {
    looked->states[i] = SCARD_STATE_UNAWARE;
    for (size_t k = 0; k < old.count; k++)
      if (strcmp(looked->names[i], old.names[k]) == 0)
        looked->states[i] = old.states[k];
  }
  return status;
}

static void fill(struct wr_card_reader *reader, const char *name, const SCARD_READERSTATE *state) {
  memset(reader, 0, sizeof *reader);
  strncpy(reader->name, name, WR_CARD_NAME_MAX - 1);
  reader->flags = (uint32_t)state->dwEventState & 0xffff & ~(uint32_t)SCARD_STATE_CHANGED;
  reader->events = ((uint32_t)state->dwEventState >> 16) & 0xffff;
  reader->atr_length = state->cbAtr > WR_CARD_ATR_MAX ? 0 : state->cbAtr;
  memcpy(reader->atr, state->rgbAtr, reader->atr_length);
}

/* One look: waits for a change and writes what there is then. */
static LONG look(SCARDCONTEXT context, struct looked *looked, struct wr_card_readers *readers) {
  LONG status = list_readers(context, looked);
  if (status != SCARD_S_SUCCESS)
    return status;
  SCARD_READERSTATE states[NAMES_MAX] = {0};
  for (size_t i = 0; i < looked->count; i++) {
    states[i].szReader = looked->names[i];
    states[i].dwCurrentState = looked->states[i];
  }
  states[looked->count].szReader = PNP_READER;
  status = SCardGetStatusChange(context, LOOK_MS, states, looked->count + 1);
  readers->time_us = now_us();
  if (status != SCARD_S_SUCCESS && status != SCARD_E_TIMEOUT)
    return status;
  readers->status = 0;
  readers->count = looked->count;
  for (size_t i = 0; i < looked->count; i++) {
    looked->states[i] = states[i].dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
    fill(&readers->readers[i], looked->names[i], &states[i]);
  }
  return SCARD_S_SUCCESS;
}

static bool same(const struct wr_card_readers *a, const struct wr_card_readers *b) {
  return a->status == b->status && a->count == b->count &&
         memcmp(a->readers, b->readers, a->count * sizeof a->readers[0]) == 0;
}

struct teller {
  void (*tell)(void *user, const struct wr_card_readers *readers);
  void *user;
  struct wr_card_readers last;
  bool told;
};

/* True when it was news. */
static bool tell_news(struct teller *teller, const struct wr_card_readers *readers) {
  if (teller->told && same(&teller->last, readers))
    return false;
  teller->last = *readers;
  teller->told = true;
  teller->tell(teller->user, readers);
  return true;
}

/* Looks until the service fails (its code) or the watch is stopped (0). */
static LONG look_on(struct wr_card_watch *watch, SCARDCONTEXT context, struct teller *teller) {
  struct looked looked = {0};
  struct wr_card_readers readers = {0};
  while (wait_ms(watch, 0)) {
    uint64_t began_us = now_us();
    LONG status = look(context, &looked, &readers);
    /* A reader went between listing and looking. */
    if (status != SCARD_S_SUCCESS && status != SCARD_E_UNKNOWN_READER)
      return status;
    bool news = status == SCARD_S_SUCCESS && tell_news(teller, &readers);
    if (!news && now_us() - began_us < IDLE_WAKE_MS * 1000 && !wait_ms(watch, IDLE_WAKE_MS))
      break;
  }
  return 0;
}

void wr_card_watch_run(struct wr_card_watch *watch,
                       void (*tell)(void *user, const struct wr_card_readers *readers),
                       void *user) {
  struct teller teller = {.tell = tell, .user = user};
  unsigned retry_ms = RETRY_FIRST_MS;
  while (wait_ms(watch, 0)) {
    SCARDCONTEXT context;
    LONG status = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
    if (status == SCARD_S_SUCCESS) {
      retry_ms = RETRY_FIRST_MS;
      status = look_on(watch, context, &teller);
      SCardReleaseContext(context);
    }
    if (!wait_ms(watch, 0))
      break;
    struct wr_card_readers none = {.status = (uint32_t)status, .time_us = now_us()};
    tell_news(&teller, &none);
    wait_ms(watch, retry_ms);
    retry_ms = retry_ms * 2 > RETRY_MAX_MS ? RETRY_MAX_MS : retry_ms * 2;
  }
}

uint32_t wr_card_link_open(struct wr_card_link *link, const char *reader) {
  SCARDCONTEXT context;
  SCARDHANDLE card;
  DWORD protocol = 0;
  LONG status = SCARD_S_SUCCESS;
  if (!link->has_context) {
    status = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
    if (status != SCARD_S_SUCCESS)
      return (uint32_t)status;
    link->context = context;
    link->has_context = true;
  }
  status = SCardConnect(link->context, reader, SCARD_SHARE_SHARED,
                        SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &protocol);
  if (status != SCARD_S_SUCCESS)
    return (uint32_t)status;
  link->card = card;
  link->has_card = true;
  link->protocol = (uint32_t)protocol;
  return 0;
}

uint32_t wr_card_link_reopen(struct wr_card_link *link) {
  DWORD protocol = 0;
  LONG status = SCardReconnect(link->card, SCARD_SHARE_SHARED,
                               SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, SCARD_LEAVE_CARD, &protocol);
  if (status == SCARD_S_SUCCESS)
    link->protocol = (uint32_t)protocol;
  return (uint32_t)status;
}

uint32_t wr_card_link_begin(struct wr_card_link *link) {
  return (uint32_t)SCardBeginTransaction(link->card);
}

uint32_t wr_card_link_end(struct wr_card_link *link, bool reset) {
  return (uint32_t)SCardEndTransaction(link->card, reset ? SCARD_RESET_CARD : SCARD_LEAVE_CARD);
}

uint32_t wr_card_link_transmit(struct wr_card_link *link, const uint8_t *command, size_t length,
                               uint8_t *answer, size_t *answer_length) {
  const SCARD_IO_REQUEST *pci = link->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
  DWORD received = WR_CARD_ANSWER_MAX;
  LONG status = SCardTransmit(link->card, pci, command, length, NULL, answer, &received);
  *answer_length = status == SCARD_S_SUCCESS && received <= WR_CARD_ANSWER_MAX ? received : 0;
  return (uint32_t)status;
}

void wr_card_link_close(struct wr_card_link *link) {
  if (link->has_card)
    SCardDisconnect(link->card, SCARD_LEAVE_CARD);
  if (link->has_context)
    SCardReleaseContext(link->context);
  link->has_card = link->has_context = false;
}
