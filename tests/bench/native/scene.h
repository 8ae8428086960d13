#pragma once
#include "canvas.h"
#include "damage.h"
#include "font.h"
#include "marks.h"

struct wr_scene;

struct wr_scene_kind {
  const char *name;
  int64_t interval_ns; /* 0: no frames by the clock */
  bool takes_keys;     /* one frame per key press */
  bool (*start)(struct wr_scene *);
  void (*step)(
      struct wr_scene *); /* draws the next frame and adds its damage; NULL: never changes */
};

/** A picture that is a function of the frame number alone. */
struct wr_scene {
  const struct wr_scene_kind *kind;
  const struct wr_font *font;
  struct wr_canvas canvas;
  struct wr_damage damage; /* of the last step */
  uint32_t tag;            /* upper 8 bits of the barcode's value */
  uint32_t frame;          /* 1 after the start */
  uint32_t before;         /* frames of scenes before; with frame the lower 16 bits */
  void *state;             /* owned by the kind, lives as long as the process */
};

extern const struct wr_scene_kind wr_scene_type, wr_scene_scroll, wr_scene_drag, wr_scene_video,
    wr_scene_idle, wr_scene_still;

/** NULL when there is no such scene. */
const struct wr_scene_kind *wr_scene_find(const char *name);

/** Of all scenes on the canvas. */
uint32_t wr_scene_number(const struct wr_scene *scene);

/** Draws the other kind's frame 1 on the same canvas; numbers go on. False when memory is short. */
bool wr_scene_change(struct wr_scene *scene, const struct wr_scene_kind *kind);

/** Draws frame 1 with the whole canvas as damage; false when memory is short. */
bool wr_scene_start(struct wr_scene *scene, const struct wr_scene_kind *kind,
                    const struct wr_font *font, struct wr_canvas canvas, uint32_t tag);

/** Draws the next frame with its barcode. */
void wr_scene_step(struct wr_scene *scene);
