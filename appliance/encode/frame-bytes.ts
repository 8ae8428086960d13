import { type EncodedFrame, REGION_STRIDE } from '../../native/pixels/index.ts';
import type { EncodedVideos } from './video/video-streams.ts';

/** Of the head of a frame, and of each region in it, about. */
const HEAD_BYTES = 60;
const REGION_BYTES = 6;

/** What a frame has on its way, about. */
export function bytesOf({ payload, regions }: EncodedFrame, { payloads }: EncodedVideos): number {
  const head = HEAD_BYTES + (REGION_BYTES * regions.length) / REGION_STRIDE;
  return payloads.reduce((sum, { length }) => sum + length, head + payload.length);
}
