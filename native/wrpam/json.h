/* JSON as wrsessd's messages have it: small, and with whole numbers only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A message with more values than this, or deeper ones, is none of ours. */
#define WR_JSON_VALUES_MAX 2048
#define WR_JSON_DEPTH_MAX 6

enum wr_json_kind {
  WR_JSON_NULL,
  WR_JSON_FALSE,
  WR_JSON_TRUE,
  WR_JSON_NUMBER,
  WR_JSON_STRING,
  WR_JSON_LIST,
  WR_JSON_OBJECT
};

struct wr_json {
  enum wr_json_kind kind;
  const char *key;  /* of a field, else NULL; no NUL in it */
  const char *text; /* STRING: UTF-8 with a NUL at the end */
  size_t length;    /* STRING: bytes of `text`; LIST and OBJECT: how many are in it */
  int64_t number;
  const struct wr_json *first, *next; /* what is in it; what follows beside it */
};

/* Reads one value that takes all of `text`, which is overwritten and has to live as long as the
 * values do. NULL when it is not JSON, or one with surprises: fractions, a NUL in a name, the same
 * name twice. Free what comes with free(). */
struct wr_json *wr_json_read(char *text, size_t length);
/* The field of an OBJECT; NULL when it has none or is no object. */
const struct wr_json *wr_json_field(const struct wr_json *object, const char *key);
/* Bytes of the UTF-8 sequence at `text`, 0 when it is not one. */
size_t wr_json_utf8(const char *text, size_t length);
