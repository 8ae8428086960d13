#define _GNU_SOURCE
/* Run under ASan/UBSan by the sanitizer build; aborts on the first wrong answer. Needs no service:
 * it looks where none is. */
#include "core.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                              \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

static char names[4][WR_CARD_NAME_MAX];

static size_t divide(const char *list, size_t length) {
  /* On the heap and no byte longer: a sanitizer sees who reads behind it. */
  char *copy = malloc(length ? length : 1);
  memcpy(copy, list, length);
  size_t count = wr_card_names(copy, length, names, 4);
  free(copy);
  return count;
}

static void check_names(void) {
  CHECK(divide("", 0) == 0);
  CHECK(divide("\0", 1) == 0);
  CHECK(divide("One\0Two\0", 9) == 2);
  CHECK(strcmp(names[0], "One") == 0 && strcmp(names[1], "Two") == 0);
  CHECK(divide("never ended", 11) == 0);
  CHECK(divide("One\0never ended", 15) == 1);
  CHECK(divide("a\0b\0c\0d\0e\0f\0", 13) == 4);
}

static void check_long_name(void) {
  char list[400];
  memset(list, 'x', sizeof list);
  memcpy(list + 300, "\0short\0\0", 8);
  CHECK(divide(list, 308) == 1);
  CHECK(strcmp(names[0], "short") == 0);
}

static void check_closed_link(void) {
  struct wr_card_link link = {0};
  CHECK(wr_card_link_open(&link, "no such reader") != 0);
  wr_card_link_close(&link);
  wr_card_link_close(&link);
}

struct told {
  struct wr_card_watch *watch;
  unsigned times;
  uint32_t status;
};

static void tell(void *user, const struct wr_card_readers *readers) {
  struct told *told = user;
  told->times++;
  told->status = readers->status;
  CHECK(readers->count == 0);
  wr_card_watch_stop(told->watch);
}

static void check_no_service(void) {
  struct told told = {.watch = wr_card_watch_new()};
  wr_card_watch_run(told.watch, tell, &told);
  CHECK(told.times == 1 && told.status != 0);
  /* Stopped before it runs: says nothing. */
  wr_card_watch_run(told.watch, tell, &told);
  CHECK(told.times == 1);
  wr_card_watch_free(told.watch);
}

int main(void) {
  setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm", 1);
  check_names();
  check_long_name();
  check_closed_link();
  check_no_service();
  return 0;
}
