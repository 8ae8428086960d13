export {
  type DecodedVideo,
  Decoder,
  type EncodedFrame,
  type EncodeOptions,
  Encoder,
  MAX_TILES,
  MAX_VIDEO_HEIGHT,
  MAX_VIDEO_WIDTH,
  REGION_STRIDE,
  RegionEncoding,
  TILE_PX,
  VIDEO_STREAMS,
  type VideoPart,
  type VideoTime,
} from './codec.ts';
export {
  composite,
  DRAW_STRIDE,
  DrawKind,
  PIXEL_FORMATS,
  PixelImage,
  type PixelSourceHandle,
} from './composite.ts';
export { Framebuffer, MAX_SIDE_PX } from './framebuffer.ts';
