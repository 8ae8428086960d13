#include "core.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct wr_svg *read_document(const char *document, char *reason) {
  return wr_svg_read(document, strlen(document), reason);
}

static void test_draws(void) {
  char reason[WR_SVG_REASON_BYTES] = "";
  struct wr_svg *svg = read_document("<svg xmlns='http://www.w3.org/2000/svg' width='4' height='2'>"
                                     "<rect width='2' height='2' fill='#ff8000'/>"
                                     "<rect x='2' width='1' height='2' fill-opacity='0.5'/></svg>",
                                     reason);
  assert(svg && wr_svg_width(svg) == 4 && wr_svg_height(svg) == 2);
  uint8_t pixels[4 * 2 * 4] = {0};
  assert(wr_svg_draw(svg, pixels, reason) == 0);
  const uint8_t orange[] = {0x00, 0x80, 0xff, 0xff};
  assert(memcmp(pixels, orange, 4) == 0 && memcmp(pixels + 16, orange, 4) == 0);
  assert(pixels[8] == 0 && pixels[11] >= 127 && pixels[11] <= 128);
  assert(pixels[12] == 0 && pixels[15] == 0);
  wr_svg_free(svg);
}

static void test_refuses(void) {
  const char *documents[] = {
      "",
      "no document",
      "<svg xmlns='http://www.w3.org/2000/svg'/>",
      "<svg xmlns='http://www.w3.org/2000/svg' width='0' height='4'/>",
      "<svg xmlns='http://www.w3.org/2000/svg' width='1e9' height='4'/>",
      "<svg xmlns='http://www.w3.org/2000/svg' width='16000' height='16000'/>",
  };
  for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
    char reason[WR_SVG_REASON_BYTES] = "";
    assert(!read_document(documents[i], reason) && reason[0]);
  }
}

int main(void) {
  test_draws();
  test_refuses();
  puts("ok");
  return 0;
}
