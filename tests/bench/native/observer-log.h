#pragma once
#include <stdint.h>

#define WR_LOG_CAPACITY 65536

enum wr_log_kind { WR_LOG_FRAME, WR_LOG_KEY, WR_LOG_STEP, WR_LOG_PLACE };

struct wr_log_entry {
  enum wr_log_kind kind;
  uint32_t value;
  int64_t time_ns;
};

/** Kept in memory during the measurement: writing would wake the reader and disturb what is
 * measured. */
struct wr_log {
  uint32_t count, dropped;
  struct wr_log_entry entries[WR_LOG_CAPACITY];
};

void wr_log_add(struct wr_log *log, enum wr_log_kind kind, uint32_t value, int64_t time_ns);

/** Prints "frame VALUE TIME_NS", and "key", "step" and "place NUMBER TIME_NS" lines, then "end
 * DROPPED", and empties the log. */
void wr_log_print(struct wr_log *log);
