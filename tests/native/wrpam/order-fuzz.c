/* libFuzzer target: the input is a frame off wrsessd's channel, the first byte telling where its
 * secrets begin. What is taken for an order must be whole, and what modules would say of it can be
 * written. Run for long with meson setup native/build-fuzz native -Dbuildtype=debugoptimized
 * -Db_sanitize=address,undefined (with CC=clang CXX=clang++), ninja -C native/build-fuzz
 * wrpam/order-fuzz
 *   native/build-fuzz/wrpam/order-fuzz -max_total_time=600 */
#include "order.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static void write_back(const char *words) {
  struct wr_text text = {0}, readable = {0};
  wr_text_make_readable(&readable, words, 1024);
  wr_text_quote(&text, wr_text_string(&readable));
  char *copy = strdup(wr_text_string(&text));
  struct wr_json *read = copy ? wr_json_read(copy, strlen(copy)) : NULL;
  if (!read || read->kind != WR_JSON_STRING)
    abort();
  free(read);
  free(copy);
  wr_text_free(&text);
  wr_text_free(&readable);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1)
    return 0;
  size_t secrets = data[0] < size - 1 ? data[0] : size - 1;
  struct wr_frame frame = {.head = size - 1 - secrets, .secrets = secrets, .whole = true};
  struct wr_order order;
  frame.body = malloc(size);
  memcpy(frame.body, data + 1, size - 1);
  if (!wr_order_read(&order, &frame))
    return 0;
  if (order.type == WR_ORDER_RUN && (!order.command->first || !order.link))
    abort();
  if (order.type == WR_ORDER_BEGIN)
    write_back(order.user);
  if (order.words)
    write_back(order.words);
  wr_order_free(&order);
  return 0;
}
