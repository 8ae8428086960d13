#include "json.h"

#include <stdlib.h>
#include <string.h>

struct reader {
  char *at, *end;
  struct wr_json *values;
  size_t used;
};

static struct wr_json *read_value(struct reader *in, int depth);

size_t wr_json_utf8(const char *text, size_t length) {
  const unsigned char *byte = (const unsigned char *)text;
  if (length == 0)
    return 0;
  if (byte[0] < 0x80)
    return 1;
  size_t size = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;
  if (byte[0] < 0xc2 || byte[0] > 0xf4 || size > length)
    return 0;
  for (size_t i = 1; i < size; i++)
    if ((byte[i] & 0xc0) != 0x80)
      return 0;
  unsigned second = byte[1];
  bool overlong = (byte[0] == 0xe0 && second < 0xa0) || (byte[0] == 0xf0 && second < 0x90);
  bool surrogate = byte[0] == 0xed && second > 0x9f;
  return overlong || surrogate || (byte[0] == 0xf4 && second > 0x8f) ? 0 : size;
}

static void skip_blanks(struct reader *in) {
  while (in->at < in->end && memchr(" \t\r\n", *in->at, 4))
    in->at++;
}

static bool take(struct reader *in, char wanted) {
  skip_blanks(in);
  if (in->at == in->end || *in->at != wanted)
    return false;
  in->at++;
  return true;
}

static bool read_hex(struct reader *in, uint32_t *code) {
  if (in->end - in->at < 4)
    return false;
  *code = 0;
  for (int i = 0; i < 4; i++) {
    char c = *in->at++;
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0)
      return false;
    *code = *code << 4 | (uint32_t)digit;
  }
  return true;
}

/* What follows \u. */
static bool read_code(struct reader *in, uint32_t *code) {
  uint32_t low;
  if (!read_hex(in, code) || (*code >= 0xdc00 && *code <= 0xdfff))
    return false;
  if (*code < 0xd800 || *code > 0xdbff)
    return true;
  if (in->end - in->at < 2 || in->at[0] != '\\' || in->at[1] != 'u')
    return false;
  in->at += 2;
  if (!read_hex(in, &low) || low < 0xdc00 || low > 0xdfff)
    return false;
  *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
  return true;
}

static char *put_code(char *to, uint32_t code) {
  if (code < 0x80) {
    *to++ = (char)code;
  } else if (code < 0x800) {
    *to++ = (char)(0xc0 | code >> 6);
    *to++ = (char)(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    *to++ = (char)(0xe0 | code >> 12);
    *to++ = (char)(0x80 | (code >> 6 & 0x3f));
    *to++ = (char)(0x80 | (code & 0x3f));
  } else {
    *to++ = (char)(0xf0 | code >> 18);
    *to++ = (char)(0x80 | (code >> 12 & 0x3f));
    *to++ = (char)(0x80 | (code >> 6 & 0x3f));
    *to++ = (char)(0x80 | (code & 0x3f));
  }
  return to;
}

/* Never longer than what it was read from. */
static char *read_escape(struct reader *in, char *to) {
  static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  if (in->at == in->end)
    return NULL;
  char name = *in->at++;
  const char *found = memchr(names, name, sizeof names - 1);
  uint32_t code = 0;
  if (found)
    *to++ = meant[found - names];
  else if (name == 'u' && read_code(in, &code) && code != 0)
    to = put_code(to, code);
  else
    return NULL;
  return to;
}

/* Decodes in place: the quote's place takes the NUL. */
static bool read_string(struct reader *in, const char **text, size_t *length) {
  if (!take(in, '"'))
    return false;
  char *begin = in->at, *to = in->at;
  while (in->at < in->end && *in->at != '"') {
    if ((unsigned char)*in->at < 0x20)
      return false;
    if (*in->at == '\\') {
      in->at++;
      to = read_escape(in, to);
      if (!to)
        return false;
      continue;
    }
    size_t size = wr_json_utf8(in->at, (size_t)(in->end - in->at));
    if (size == 0)
      return false;
    memmove(to, in->at, size);
    to += size;
    in->at += size;
  }
  if (in->at == in->end)
    return false;
  in->at++;
  *to = 0;
  *text = begin;
  *length = (size_t)(to - begin);
  return true;
}

static bool read_number(struct reader *in, int64_t *number) {
  bool negative = *in->at == '-';
  in->at += negative;
  char *begin = in->at;
  *number = 0;
  while (in->at < in->end && *in->at >= '0' && *in->at <= '9' && in->at - begin < 16)
    *number = *number * 10 + (*in->at++ - '0');
  if (in->at == begin || (*begin == '0' && in->at - begin > 1))
    return false;
  if (in->at < in->end && memchr("0123456789.eE", *in->at, 13))
    return false;
  if (negative)
    *number = -*number;
  return true;
}

static bool read_word(struct reader *in, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(in->end - in->at) < length || memcmp(in->at, word, length) != 0)
    return false;
  in->at += length;
  return true;
}

static bool is_twice(const struct wr_json *object, const char *key) {
  return wr_json_field(object, key) != NULL;
}

static bool read_inner(struct reader *in, struct wr_json *outer, int depth, char closing) {
  const struct wr_json **link = &outer->first;
  if (take(in, closing))
    return true;
  do {
    const char *key = NULL;
    size_t ignored;
    if (closing == '}' &&
        (!read_string(in, &key, &ignored) || is_twice(outer, key) || !take(in, ':')))
      return false;
    struct wr_json *value = read_value(in, depth + 1);
    if (!value)
      return false;
    value->key = key;
    *link = value;
    link = &value->next;
    outer->length++;
  } while (take(in, ','));
  return take(in, closing);
}

static bool read_scalar(struct reader *in, struct wr_json *value) {
  switch (*in->at) {
  case 'n':
    value->kind = WR_JSON_NULL;
    return read_word(in, "null");
  case 'f':
    value->kind = WR_JSON_FALSE;
    return read_word(in, "false");
  case 't':
    value->kind = WR_JSON_TRUE;
    return read_word(in, "true");
  case '"':
    value->kind = WR_JSON_STRING;
    return read_string(in, &value->text, &value->length);
  default:
    value->kind = WR_JSON_NUMBER;
    return read_number(in, &value->number);
  }
}

static struct wr_json *read_value(struct reader *in, int depth) {
  skip_blanks(in);
  if (in->at == in->end || depth > WR_JSON_DEPTH_MAX || in->used == WR_JSON_VALUES_MAX)
    return NULL;
  struct wr_json *value = &in->values[in->used++];
  bool good;
  if (take(in, '{')) {
    value->kind = WR_JSON_OBJECT;
    good = read_inner(in, value, depth, '}');
  } else if (take(in, '[')) {
    value->kind = WR_JSON_LIST;
    good = read_inner(in, value, depth, ']');
  } else {
    good = read_scalar(in, value);
  }
  return good ? value : NULL;
}

struct wr_json *wr_json_read(char *text, size_t length) {
  struct reader in = {.at = text, .end = text + length};
  in.values = calloc(WR_JSON_VALUES_MAX, sizeof *in.values);
  if (!in.values)
    return NULL;
  if (read_value(&in, 0)) {
    skip_blanks(&in);
    if (in.at == in.end)
      return in.values;
  }
  free(in.values);
  return NULL;
}

const struct wr_json *wr_json_field(const struct wr_json *object, const char *key) {
  if (!object || object->kind != WR_JSON_OBJECT)
    return NULL;
  for (const struct wr_json *field = object->first; field; field = field->next)
    if (field->key && strcmp(field->key, key) == 0)
      return field;
  return NULL;
}
