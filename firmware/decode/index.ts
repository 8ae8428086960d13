export { checksum } from './checksum.ts';
export { Decoder } from './decoder.ts';
export { type Picture, pictureOver } from './picture.ts';
export { type DecodedVideo, REGION_STRIDE, RegionEncoding } from './regions.ts';
