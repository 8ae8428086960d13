#include "observer-log.h"

#include <stdio.h>

static const char *const kind_names[] = {"frame", "key", "step", "place"};

void wr_log_add(struct wr_log *log, enum wr_log_kind kind, uint32_t value, int64_t time_ns) {
  if (log->count == WR_LOG_CAPACITY)
    log->dropped++;
  else
    log->entries[log->count++] = (struct wr_log_entry){kind, value, time_ns};
}

void wr_log_print(struct wr_log *log) {
  for (uint32_t i = 0; i < log->count; i++) {
    const struct wr_log_entry *entry = &log->entries[i];
    printf("%s %u %lld\n", kind_names[entry->kind], entry->value, (long long)entry->time_ns);
  }
  printf("end %u\n", log->dropped);
  fflush(stdout);
  log->count = log->dropped = 0;
}
