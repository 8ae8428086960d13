#include "backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>
#include <X11/keysym.h>
#include "marks.h"

struct x11_backend {
  struct wr_backend base;
  Display *display;
  Window window;
  GC gc;
  XImage *image;
  XShmSegmentInfo segment;
  int completion_event;
  bool busy; /* the server still reads the shared picture */
};

static bool is_letter(XKeyEvent *event) {
  KeySym symbol = XLookupKeysym(event, 0);
  return symbol >= XK_a && symbol <= XK_z;
}

static bool dispatch(struct wr_backend *base, struct wr_pacer *pacer) {
  struct x11_backend *backend = (struct x11_backend *)base;
  while (XPending(backend->display)) {
    XEvent event;
    XNextEvent(backend->display, &event);
    if (event.type == backend->completion_event)
      backend->busy = false;
    else if (event.type == KeyPress && is_letter(&event.xkey))
      wr_pacer_key(pacer);
  }
  return true;
}

static bool can_present(struct wr_backend *base) { return !((struct x11_backend *)base)->busy; }

static void present(struct wr_backend *base, const struct wr_damage *damage) {
  struct x11_backend *backend = (struct x11_backend *)base;
  for (size_t i = 0; i < damage->count; i++) {
    struct wr_rect r = wr_canvas_clip(&base->canvas, damage->rects[i]);
    Bool report = i + 1 == damage->count;
    XShmPutImage(backend->display, backend->window, backend->gc, backend->image, r.x, r.y, r.x, r.y,
                 (unsigned)r.width, (unsigned)r.height, report);
  }
  backend->busy = true;
  XFlush(backend->display);
}

static bool share_image(struct x11_backend *backend) {
  Display *display = backend->display;
  XShmSegmentInfo *segment = &backend->segment;
  backend->image =
      XShmCreateImage(display, DefaultVisual(display, DefaultScreen(display)), 24, ZPixmap, NULL,
                      segment, WR_MARKS_SCREEN_WIDTH, WR_MARKS_SCREEN_HEIGHT);
  if (!backend->image)
    return false;
  size_t size = (size_t)backend->image->bytes_per_line * WR_MARKS_SCREEN_HEIGHT;
  segment->shmid = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
  if (segment->shmid < 0)
    return false;
  segment->shmaddr = shmat(segment->shmid, NULL, 0);
  bool attached = segment->shmaddr != (void *)-1 && XShmAttach(display, segment);
  XSync(display, False);
  shmctl(segment->shmid, IPC_RMID, NULL);
  backend->image->data = segment->shmaddr;
  return attached;
}

static void open_window(struct x11_backend *backend) {
  Display *display = backend->display;
  XSetWindowAttributes attributes = {.override_redirect = True,
                                     .event_mask = KeyPressMask | StructureNotifyMask};
  backend->window = XCreateWindow(display, DefaultRootWindow(display), 0, 0, WR_MARKS_SCREEN_WIDTH,
                                  WR_MARKS_SCREEN_HEIGHT, 0, 24, InputOutput, CopyFromParent,
                                  CWOverrideRedirect | CWEventMask, &attributes);
  XMapRaised(display, backend->window);
  XEvent event;
  do
    XNextEvent(display, &event);
  while (event.type != MapNotify);
  XSetInputFocus(display, backend->window, RevertToParent, CurrentTime);
  backend->gc = DefaultGC(display, DefaultScreen(display));
}

struct wr_backend *wr_backend_open_x11(void) {
  struct x11_backend *backend = calloc(1, sizeof *backend);
  if (!backend)
    return NULL;
  backend->display = XOpenDisplay(NULL);
  if (!backend->display || !share_image(backend)) {
    fprintf(stderr, "workload: no X display with MIT-SHM at DISPLAY=%s\n", XDisplayName(NULL));
    return NULL;
  }
  open_window(backend);
  backend->completion_event = XShmGetEventBase(backend->display) + ShmCompletion;
  backend->base = (struct wr_backend){
      .fd = ConnectionNumber(backend->display),
      .canvas = {WR_MARKS_SCREEN_WIDTH, WR_MARKS_SCREEN_HEIGHT, (uint32_t *)backend->image->data},
      .dispatch = dispatch,
      .can_present = can_present,
      .present = present};
  return &backend->base;
}
