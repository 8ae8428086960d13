/* Smart card readers through PC/SC (libpcsclite). Everything here may block; threads are the
 * caller's affair. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WR_CARD_READERS_MAX 15
#define WR_CARD_NAME_MAX 128
#define WR_CARD_ATR_MAX 33
#define WR_CARD_ANSWER_MAX 264
#define WR_CARD_COMMAND_MAX 261

/* Bits of wr_card_reader.flags; values of PC/SC. */
#define WR_CARD_PRESENT 0x0020
#define WR_CARD_EXCLUSIVE 0x0080
#define WR_CARD_IN_USE 0x0100
#define WR_CARD_MUTE 0x0200

struct wr_card_reader {
  char name[WR_CARD_NAME_MAX];
  uint32_t flags;
  /* Counts insertions and removals, modulo 65536: shows what came and went between two looks. */
  uint32_t events;
  uint8_t atr[WR_CARD_ATR_MAX];
  size_t atr_length;
};

/* All readers at one time. */
struct wr_card_readers {
  /* 0, or the PC/SC code with which the service (pcscd) failed; then there are no readers. */
  uint32_t status;
  /* CLOCK_MONOTONIC when PC/SC told of it. */
  uint64_t time_us;
  size_t count;
  struct wr_card_reader readers[WR_CARD_READERS_MAX];
};

struct wr_card_watch;

/* Null when memory is out. */
struct wr_card_watch *wr_card_watch_new(void);
/*
 * Tells of all readers at once and then at every change, until wr_card_watch_stop() is called from
 * another thread: returns within about a second after it. While the service does not answer it is
 * looked for again, ever more rarely.
 */
void wr_card_watch_run(struct wr_card_watch *watch,
                       void (*tell)(void *user, const struct wr_card_readers *readers), void *user);
void wr_card_watch_stop(struct wr_card_watch *watch);
void wr_card_watch_free(struct wr_card_watch *watch);

/* Divides SCardListReaders' list of names, each ended by NUL, the list by an empty one. Never reads
 * behind `length`; names that are too long or too many are left out. */
size_t wr_card_names(const char *list, size_t length, char names[][WR_CARD_NAME_MAX], size_t max);

/* One connection to one card. Each call returns 0 or a PC/SC code. */
struct wr_card_link {
  intptr_t context;
  intptr_t card;
  bool has_context, has_card;
  uint32_t protocol;
};

/* Connects shared, T=0 or T=1. */
uint32_t wr_card_link_open(struct wr_card_link *link, const char *reader);
/* Connects anew after another program has reset the card. */
uint32_t wr_card_link_reopen(struct wr_card_link *link);
uint32_t wr_card_link_begin(struct wr_card_link *link);
/* `reset` takes all rights that a PIN gave. */
uint32_t wr_card_link_end(struct wr_card_link *link, bool reset);
/* `answer` has room for WR_CARD_ANSWER_MAX bytes; a longer answer is an error. */
uint32_t wr_card_link_transmit(struct wr_card_link *link, const uint8_t *command, size_t length,
                               uint8_t *answer, size_t *answer_length);
void wr_card_link_close(struct wr_card_link *link);

#ifdef __cplusplus
}
#endif
