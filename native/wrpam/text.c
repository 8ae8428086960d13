#include "text.h"

#include "json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNREADABLE "\xef\xbf\xbd"

void wr_text_free(struct wr_text *text) {
  free(text->data);
  *text = (struct wr_text){0};
}

static bool make_room(struct wr_text *text, size_t more) {
  if (more > WR_TEXT_MAX || text->length + more + 1 > WR_TEXT_MAX)
    return false;
  if (text->length + more + 1 <= text->room)
    return true;
  size_t room = (text->length + more + 1) * 2;
  char *data = realloc(text->data, room);
  if (!data)
    return false;
  text->data = data;
  text->room = room;
  return true;
}

void wr_text_add(struct wr_text *text, const char *more, size_t length) {
  if (text->failed || !make_room(text, length)) {
    text->failed = true;
    return;
  }
  memcpy(text->data + text->length, more, length);
  text->length += length;
  text->data[text->length] = 0;
}

void wr_text_print(struct wr_text *text, const char *format, ...) {
  char words[512];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(words, sizeof words, format, values);
  va_end(values);
  if (length < 0 || (size_t)length >= sizeof words)
    text->failed = true;
  else
    wr_text_add(text, words, (size_t)length);
}

void wr_text_quote(struct wr_text *text, const char *value) {
  wr_text_add(text, "\"", 1);
  for (size_t left = strlen(value); left > 0;) {
    size_t size = wr_json_utf8(value, left);
    unsigned char byte = (unsigned char)*value;
    if (size == 0)
      wr_text_add(text, UNREADABLE, 3);
    else if (byte < 0x20)
      wr_text_print(text, "\\u%04x", byte);
    else if (byte == '"' || byte == '\\')
      wr_text_print(text, "\\%c", byte);
    else
      wr_text_add(text, value, size);
    size += size == 0;
    value += size;
    left -= size;
  }
  wr_text_add(text, "\"", 1);
}

static bool is_control(const unsigned char *byte, size_t size) {
  return (size == 1 && (*byte < 0x20 || *byte == 0x7f) && *byte != '\n') ||
         (size == 2 && byte[0] == 0xc2 && byte[1] < 0xa0);
}

void wr_text_make_readable(struct wr_text *text, const char *value, size_t characters) {
  for (size_t left = strlen(value); left > 0 && characters > 0; characters--) {
    size_t size = wr_json_utf8(value, left);
    if (size == 0)
      wr_text_add(text, UNREADABLE, 3);
    else if (is_control((const unsigned char *)value, size))
      wr_text_add(text, " ", 1);
    else
      wr_text_add(text, value, size);
    size += size == 0;
    value += size;
    left -= size;
  }
}

const char *wr_text_string(struct wr_text *text) {
  return text->failed || !text->data ? "" : text->data;
}
