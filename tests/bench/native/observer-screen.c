#include "observer-screen.h"

#include <stdio.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <X11/Xutil.h>
#include "barcode.h"
#include "marks.h"

static bool share_capture(struct wr_screen *screen, struct wr_screen_capture *capture, int width,
                          int height) {
  Visual *visual = DefaultVisual(screen->display, DefaultScreen(screen->display));
  capture->image = XShmCreateImage(screen->display, visual, 24, ZPixmap, NULL, &capture->segment,
                                   (unsigned)width, (unsigned)height);
  if (!capture->image)
    return false;
  size_t size = (size_t)capture->image->bytes_per_line * (size_t)height;
  capture->segment.shmid = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
  if (capture->segment.shmid < 0)
    return false;
  capture->segment.shmaddr = shmat(capture->segment.shmid, NULL, 0);
  bool attached =
      capture->segment.shmaddr != (void *)-1 && XShmAttach(screen->display, &capture->segment);
  XSync(screen->display, False);
  shmctl(capture->segment.shmid, IPC_RMID, NULL);
  capture->image->data = capture->segment.shmaddr;
  return attached;
}

static bool is_expected_size(struct wr_screen *screen) {
  int number = DefaultScreen(screen->display);
  return DisplayWidth(screen->display, number) == WR_MARKS_SCREEN_WIDTH &&
         DisplayHeight(screen->display, number) == WR_MARKS_SCREEN_HEIGHT;
}

bool wr_screen_open(struct wr_screen *screen) {
  int error_base;
  screen->display = XOpenDisplay(NULL);
  if (!screen->display || !is_expected_size(screen) ||
      !XDamageQueryExtension(screen->display, &screen->damage_event, &error_base) ||
      !share_capture(screen, &screen->mark, WR_BARCODE_WIDTH, WR_BARCODE_HEIGHT) ||
      !share_capture(screen, &screen->whole, WR_MARKS_SCREEN_WIDTH, WR_MARKS_SCREEN_HEIGHT)) {
    fprintf(stderr, "observer: DISPLAY=%s is no %dx%d screen with MIT-SHM and DAMAGE\n",
            XDisplayName(NULL), WR_MARKS_SCREEN_WIDTH, WR_MARKS_SCREEN_HEIGHT);
    return false;
  }
  screen->root = DefaultRootWindow(screen->display);
  screen->damage = XDamageCreate(screen->display, screen->root, XDamageReportNonEmpty);
  XFlush(screen->display);
  return true;
}

bool wr_screen_take_damage(struct wr_screen *screen) {
  bool damaged = false;
  while (XPending(screen->display)) {
    XEvent event;
    XNextEvent(screen->display, &event);
    damaged = damaged || event.type == screen->damage_event + XDamageNotify;
  }
  /* Before looking: what is drawn after this raises the next event. */
  if (damaged)
    XDamageSubtract(screen->display, screen->damage, None, None);
  return damaged;
}

bool wr_screen_has_events(struct wr_screen *screen) {
  return XEventsQueued(screen->display, QueuedAlready) > 0;
}

static bool read_image(const XImage *image, uint32_t *value) {
  return wr_barcode_read((const uint32_t *)image->data, (size_t)image->bytes_per_line / 4, value);
}

bool wr_screen_read_barcode(struct wr_screen *screen, struct wr_rect place, uint32_t *value) {
  return XShmGetImage(screen->display, screen->root, screen->mark.image, place.x, place.y,
                      AllPlanes) &&
         read_image(screen->mark.image, value);
}

static bool capture_whole(struct wr_screen *screen) {
  return XShmGetImage(screen->display, screen->root, screen->whole.image, 0, 0, AllPlanes);
}

/** From here on, how many pixels in a row of this stride and direction still read the value. */
static int32_t same_value(const uint32_t *pixels, size_t stride, size_t step, uint32_t value) {
  int32_t count = 0;
  uint32_t read;
  while (count < WR_BARCODE_CELL && wr_barcode_read(pixels + (size_t)count * step, stride, &read) &&
         read == value)
    count++;
  return count;
}

bool wr_screen_find_barcode(struct wr_screen *screen, uint32_t value, struct wr_rect *place) {
  if (!capture_whole(screen))
    return false;
  const XImage *image = screen->whole.image;
  const uint32_t *pixels = (const uint32_t *)image->data;
  size_t stride = (size_t)image->bytes_per_line / 4;
  /* A barcode reads from half a cell before its corner to half a cell after it. */
  for (int32_t y = 0; y <= image->height - WR_BARCODE_HEIGHT; y++)
    for (int32_t x = 0; x <= image->width - WR_BARCODE_WIDTH; x++) {
      const uint32_t *corner = pixels + (size_t)y * stride + (size_t)x;
      int32_t across = same_value(corner, stride, 1, value);
      if (across == 0)
        continue;
      int32_t down = same_value(corner, stride, stride, value);
      int32_t half = WR_BARCODE_CELL / 2;
      *place =
          (struct wr_rect){x + across - half, y + down - half, WR_BARCODE_WIDTH, WR_BARCODE_HEIGHT};
      return true;
    }
  return false;
}

bool wr_screen_equals(struct wr_screen *screen, const uint32_t *picture) {
  if (!capture_whole(screen))
    return false;
  const uint32_t *shown = (const uint32_t *)screen->whole.image->data;
  for (size_t i = 0; i < (size_t)WR_MARKS_SCREEN_WIDTH * WR_MARKS_SCREEN_HEIGHT; i++)
    if ((shown[i] ^ picture[i]) & 0xffffff)
      return false;
  return true;
}

bool wr_screen_capture(struct wr_screen *screen, uint32_t *value) {
  return capture_whole(screen) && read_image(screen->whole.image, value);
}

bool wr_screen_captured_barcode(struct wr_screen *screen, struct wr_rect place, uint32_t *value) {
  const XImage *image = screen->whole.image;
  size_t stride = (size_t)image->bytes_per_line / 4;
  const uint32_t *pixels = (const uint32_t *)image->data;
  return wr_barcode_read(pixels + (size_t)place.y * stride + (size_t)place.x, stride, value);
}

bool wr_screen_save(struct wr_screen *screen, const char *path) {
  const XImage *image = screen->whole.image;
  FILE *file = fopen(path, "w");
  if (!file)
    return false;
  size_t size = (size_t)image->bytes_per_line * (size_t)image->height;
  bool written = fwrite(image->data, 1, size, file) == size;
  return fclose(file) == 0 && written;
}
