#include "core.h"

#include <librsvg/rsvg.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct wr_svg {
  RsvgHandle *handle;
  uint32_t width, height;
};

static void explain(char *reason, const char *what, GError *error) {
  snprintf(reason, WR_SVG_REASON_BYTES, "%s%s%s", what, error ? ": " : "",
           error ? error->message : "");
  if (error)
    g_error_free(error);
}

static int find_size(struct wr_svg *svg) {
  double width = 0, height = 0;
  if (!rsvg_handle_get_intrinsic_size_in_pixels(svg->handle, &width, &height))
    return -1;
  width = round(width);
  height = round(height);
  if (!(width >= 1 && width <= WR_SVG_SIDE_MAX && height >= 1 && height <= WR_SVG_SIDE_MAX))
    return -1;
  svg->width = (uint32_t)width;
  svg->height = (uint32_t)height;
  return svg->width * svg->height <= WR_SVG_PIXELS_MAX ? 0 : -1;
}

struct wr_svg *wr_svg_read(const char *document, size_t size, char *reason) {
  GError *error = NULL;
  struct wr_svg *svg = calloc(1, sizeof *svg);
  if (!svg) {
    explain(reason, "memory is short", NULL);
    return NULL;
  }
  svg->handle = rsvg_handle_new_from_data((const guint8 *)document, size, &error);
  if (svg->handle && find_size(svg) == 0)
    return svg;
  explain(reason, svg->handle ? "it has no size in pixels" : "it is no SVG document", error);
  wr_svg_free(svg);
  return NULL;
}

void wr_svg_free(struct wr_svg *svg) {
  if (!svg)
    return;
  if (svg->handle)
    g_object_unref(svg->handle);
  free(svg);
}

uint32_t wr_svg_width(const struct wr_svg *svg) { return svg->width; }
uint32_t wr_svg_height(const struct wr_svg *svg) { return svg->height; }

int wr_svg_draw(const struct wr_svg *svg, uint8_t *pixels, char *reason) {
  GError *error = NULL;
  int stride = (int)svg->width * 4;
  cairo_surface_t *surface = cairo_image_surface_create_for_data(
      pixels, CAIRO_FORMAT_ARGB32, (int)svg->width, (int)svg->height, stride);
  cairo_t *cairo = cairo_create(surface);
  RsvgRectangle all = {0, 0, svg->width, svg->height};
  int drawn = rsvg_handle_render_document(svg->handle, cairo, &all, &error);
  cairo_surface_flush(surface);
  drawn = drawn && cairo_status(cairo) == CAIRO_STATUS_SUCCESS;
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  if (!drawn)
    explain(reason, "it cannot be drawn", error);
  return drawn ? 0 : -1;
}
