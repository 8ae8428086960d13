/* A message that is being written. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wr_text {
  char *data;
  size_t length, room;
  bool failed; /* out of memory, or over WR_TEXT_MAX; nothing is added any more */
};

#define WR_TEXT_MAX (256u * 1024)

void wr_text_free(struct wr_text *text);
void wr_text_add(struct wr_text *text, const char *more, size_t length);
/* With everything but strings: braces, names, numbers. */
__attribute__((format(printf, 2, 3))) void wr_text_print(struct wr_text *text, const char *format,
                                                         ...);
/* As a JSON string; what is no UTF-8 becomes U+FFFD. */
void wr_text_quote(struct wr_text *text, const char *value);
/* What modules say, for people: no controls but newlines, UTF-8, at most `characters`. Adds plain
 * text. */
void wr_text_make_readable(struct wr_text *text, const char *value, size_t characters);
/* Its data, with a NUL behind it; "" when it failed. */
const char *wr_text_string(struct wr_text *text);
