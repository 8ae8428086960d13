/* Pictures of an H.264 stream. Every byte of the stream is hostile. */
#ifndef WR_VIDEO_DECODE_H
#define WR_VIDEO_DECODE_H

#include "picture.h"

#define WR_VIDEO_MIN_SIDE 16
#define WR_VIDEO_MAX_WIDTH 3840
#define WR_VIDEO_MAX_HEIGHT 2160

struct wr_video_decoder;

/* NULL when the size is out of range or odd, memory is short, or the library has no H.264. */
struct wr_video_decoder *wr_video_decoder_create(int32_t width, int32_t height);
void wr_video_decoder_destroy(struct wr_video_decoder *decoder);

/* Decodes one access unit in Annex B form and writes its picture, of the decoder's size, to
 * `pixels` (width*height, XRGB8888). NULL, or what is wrong with it: then not a pixel is written,
 * and only an access unit that needs no other one helps.
 * @param limited the samples have limited range instead of full */
const char *wr_video_decoder_decode(struct wr_video_decoder *decoder, const uint8_t *bytes,
                                    size_t length, bool limited, uint32_t *pixels);

/* The same in two steps, so that two streams are decoded side by side before they make one picture.
 */
const char *wr_video_decoder_samples(struct wr_video_decoder *decoder, const uint8_t *bytes,
                                     size_t length);

/* Writes the picture of the last samples, which are used up by it. `detail` has decoded the chroma
 * that 4:2:0 lost, of the same size; or NULL. NULL, or what is wrong, as above. */
const char *wr_video_decoder_paint(struct wr_video_decoder *decoder,
                                   struct wr_video_decoder *detail, bool limited, uint32_t *pixels);

/* What decoded the last picture, for people: a library, or hardware. */
const char *wr_video_decoder_by(const struct wr_video_decoder *decoder);

#endif
