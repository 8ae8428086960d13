#pragma once
#include "canvas.h"
#include "font.h"

#define WR_BACKDROP_PAPER 0xffffff
#define WR_BACKDROP_INK 0x202020

/** A line of made-up words at y over the canvas's whole width; the same number gives the same line.
 */
void wr_backdrop_text_line(struct wr_canvas *canvas, const struct wr_font *font, int32_t y,
                           uint32_t number);

/** A picture like a photograph: gradients, soft noise and grain. */
void wr_backdrop_wallpaper(struct wr_canvas *canvas);

/** A window full of text with a title bar; the same id gives the same text. */
void wr_backdrop_window(struct wr_canvas *canvas, const struct wr_font *font, struct wr_rect frame,
                        uint32_t id);

/** Wallpaper, three overlapping windows and a panel. */
void wr_backdrop_desk(struct wr_canvas *canvas, const struct wr_font *font);
