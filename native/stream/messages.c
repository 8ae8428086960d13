/* Generated from protocol/schema by protocol/tools/codec.ts. Do not edit. */
/* clang-format off */
#include "messages.h"

static uint32_t read_input_view(struct wr_reader *r) {
  uint32_t view = 0;
  view = wr_reader_uint(r, "InputView.view");
  return view;
}

const char *wr_read_input(struct wr_reader *r, uint32_t *view) {
  *view = 0;
  uint32_t id = wr_reader_u8(r, "InputMessage");
  switch (id) {
  case 13:
    *view = read_input_view(r);
    return r->problem->code ? NULL : "InputView";
  default:
    return NULL;
  }
}

static uint32_t read_cursor_image(struct wr_reader *r) {
  uint32_t view = 0;
  wr_reader_uint(r, "CursorImage.id");
  wr_reader_uint(r, "CursorImage.widthPx");
  wr_reader_uint(r, "CursorImage.heightPx");
  wr_reader_int(r, "CursorImage.hotspotX");
  wr_reader_int(r, "CursorImage.hotspotY");
  wr_reader_uint(r, "CursorImage.scale120");
  wr_reader_blob(r, 262144, "CursorImage.pixels");
  view = wr_reader_uint(r, "CursorImage.view");
  return view;
}

static uint32_t read_cursor_show(struct wr_reader *r) {
  uint32_t view = 0;
  wr_reader_uint(r, "CursorShow.id");
  view = wr_reader_uint(r, "CursorShow.view");
  return view;
}

static uint32_t read_cursor_hide(struct wr_reader *r) {
  uint32_t view = 0;
  view = wr_reader_uint(r, "CursorHide.view");
  return view;
}

const char *wr_read_cursor(struct wr_reader *r, uint32_t *view) {
  *view = 0;
  uint32_t id = wr_reader_u8(r, "CursorMessage");
  switch (id) {
  case 1:
    *view = read_cursor_image(r);
    return r->problem->code ? NULL : "CursorImage";
  case 2:
    *view = read_cursor_show(r);
    return r->problem->code ? NULL : "CursorShow";
  case 3:
    *view = read_cursor_hide(r);
    return r->problem->code ? NULL : "CursorHide";
  default:
    return NULL;
  }
}

static void read_video_picture(struct wr_reader *r) {
  size_t outer = wr_reader_enter(r, "VideoPicture");
  wr_reader_uint(r, "VideoPicture.stream");
  wr_reader_u8(r, "VideoPicture.codec");
  wr_reader_u8(r, "VideoPicture.flags");
  wr_reader_u8(r, "VideoPicture.colour");
  wr_reader_uint(r, "VideoPicture.x");
  wr_reader_uint(r, "VideoPicture.y");
  wr_reader_uint(r, "VideoPicture.widthPx");
  wr_reader_uint(r, "VideoPicture.heightPx");
  wr_reader_uint(r, "VideoPicture.bytes");
  if (r->at < r->end)
    wr_reader_uint(r, "VideoPicture.time");
  wr_reader_leave(r, outer);
}

static void read_frame_update_regions(struct wr_reader *r) {
  uint32_t left = wr_reader_count(r, 65536, 4, "FrameUpdate.regions");
  int64_t x = 0, y = 0;
  for (; left > 0 && !r->problem->code; left--) {
    uint32_t head = wr_reader_uint(r, "FrameUpdate.regions");
    int64_t tag = wr_reader_check_cell(r, head & 7, 7, "FrameUpdate.regions");
    wr_reader_check_cell(r, head >> 3, 32767, "FrameUpdate.regions");
    x = wr_reader_check_cell(r, x + wr_reader_int(r, "FrameUpdate.regions"), 32767, "FrameUpdate.regions");
    y = wr_reader_check_cell(r, y + wr_reader_int(r, "FrameUpdate.regions"), 32767, "FrameUpdate.regions");
    wr_reader_check_cell(r, wr_reader_uint(r, "FrameUpdate.regions"), 32767, "FrameUpdate.regions");
    switch (tag) {
    case 0:
      wr_reader_check_cell(r, wr_reader_u24(r, "FrameUpdate.regions"), 16777215, "FrameUpdate.regions");
      break;
    case 1:
      wr_reader_check_cell(r, x + wr_reader_int(r, "FrameUpdate.regions"), 16777215, "FrameUpdate.regions");
      wr_reader_check_cell(r, y + wr_reader_int(r, "FrameUpdate.regions"), 16777215, "FrameUpdate.regions");
      break;
    case 4:
      wr_reader_check_cell(r, wr_reader_u24(r, "FrameUpdate.regions"), 16777215, "FrameUpdate.regions");
      wr_reader_check_cell(r, wr_reader_u24(r, "FrameUpdate.regions"), 16777215, "FrameUpdate.regions");
      break;
    case 5:
      wr_reader_check_cell(r, wr_reader_uint(r, "FrameUpdate.regions"), 16777215, "FrameUpdate.regions");
      break;
    case 6:
      wr_reader_check_cell(r, wr_reader_uint(r, "FrameUpdate.regions"), 16777215, "FrameUpdate.regions");
      break;
    case 7:
      wr_reader_check_cell(r, wr_reader_uint(r, "FrameUpdate.regions"), 16777215, "FrameUpdate.regions");
      break;
    }
  }
}

static uint32_t read_frame_update(struct wr_reader *r) {
  uint32_t view = 0;
  wr_reader_uint(r, "FrameUpdate.frame");
  wr_reader_uint(r, "FrameUpdate.output");
  wr_reader_u8(r, "FrameUpdate.flags");
  wr_reader_uint(r, "FrameUpdate.inputSequence");
  wr_reader_uint(r, "FrameUpdate.widthPx");
  wr_reader_uint(r, "FrameUpdate.heightPx");
  wr_reader_u32(r, "FrameUpdate.checksum");
  read_frame_update_regions(r);
  view = wr_reader_uint(r, "FrameUpdate.view");
  for (uint32_t left = wr_reader_count(r, 2, 1, "FrameUpdate.videos"); left > 0; left--)
    read_video_picture(r);
  return view;
}

static uint32_t read_frame_ack(struct wr_reader *r) {
  uint32_t view = 0;
  wr_reader_uint(r, "FrameAck.frame");
  wr_reader_uint(r, "FrameAck.output");
  wr_reader_uint53(r, "FrameAck.receivedUs");
  wr_reader_uint53(r, "FrameAck.presentedUs");
  view = wr_reader_uint(r, "FrameAck.view");
  wr_reader_uint(r, "FrameAck.decodeUs");
  return view;
}

static uint32_t read_key_frame_request(struct wr_reader *r) {
  uint32_t view = 0;
  wr_reader_uint(r, "KeyFrameRequest.output");
  wr_reader_u8(r, "KeyFrameRequest.reason");
  view = wr_reader_uint(r, "KeyFrameRequest.view");
  return view;
}

const char *wr_read_display(struct wr_reader *r, uint32_t *view) {
  *view = 0;
  uint32_t id = wr_reader_u8(r, "DisplayMessage");
  switch (id) {
  case 1:
    *view = read_frame_update(r);
    return r->problem->code ? NULL : "FrameUpdate";
  case 2:
    *view = read_frame_ack(r);
    return r->problem->code ? NULL : "FrameAck";
  case 3:
    *view = read_key_frame_request(r);
    return r->problem->code ? NULL : "KeyFrameRequest";
  default:
    return NULL;
  }
}
