export {
  Decoder,
  type EncodedFrame,
  type EncodeOptions,
  Encoder,
  REGION_STRIDE,
  RegionEncoding,
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
