#include "barcode.h"
#include "canvas.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                              \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

static void reads_what_was_drawn(struct wr_canvas *canvas) {
  const uint32_t values[] = {0, 1, 0x5a5a5a, 0xa5a5a5, 0xffffff};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    uint32_t value;
    wr_barcode_draw(canvas->pixels + 7, (size_t)canvas->width, values[i]);
    CHECK(wr_barcode_read(canvas->pixels + 7, (size_t)canvas->width, &value));
    CHECK(value == values[i]);
  }
}

static void reads_a_lossy_picture(struct wr_canvas *canvas) {
  wr_barcode_draw(canvas->pixels, (size_t)canvas->width, 0x123456);
  for (int32_t i = 0; i < canvas->width * canvas->height; i++)
    canvas->pixels[i] ^= (uint32_t)(i * 2654435761u >> 8) & 0x3f3f3f;
  uint32_t value;
  CHECK(wr_barcode_read(canvas->pixels, (size_t)canvas->width, &value));
  CHECK(value == 0x123456);
}

static void refuses_a_bare_screen(struct wr_canvas *canvas) {
  uint32_t value;
  for (int colour = 0; colour < 2; colour++) {
    wr_canvas_fill(canvas, wr_canvas_bounds(canvas), colour ? 0xffffff : 0);
    CHECK(!wr_barcode_read(canvas->pixels, (size_t)canvas->width, &value));
  }
}

int main(void) {
  struct wr_canvas canvas = wr_canvas_allocate(300, WR_BARCODE_HEIGHT);
  CHECK(canvas.pixels);
  reads_what_was_drawn(&canvas);
  reads_a_lossy_picture(&canvas);
  refuses_a_bare_screen(&canvas);
  free(canvas.pixels);
  return 0;
}
