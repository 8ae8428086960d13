/**
 * What a terminal says in its Hello of a video decoder that it has: `video-h264-420:3840x2160:2` decodes H.264 of 8 bits
 * and 4:2:0 (`444`: also 4:4:4), coded pictures up to that size, two streams of each output at once.
 */
export interface VideoCapability {
  readonly codec: 'h264';
  readonly chroma: '420' | '444';
  readonly maxWidthPx: number;
  readonly maxHeightPx: number;
  readonly streams: number;
}

const NAME = /^video-(h264)-(420|444):([1-9]\d{1,4})x([1-9]\d{1,4}):([1-9]\d?)$/;

export const videoCapabilityName = (video: VideoCapability): string =>
  `video-${video.codec}-${video.chroma}:${video.maxWidthPx}x${video.maxHeightPx}:${video.streams}`;

/** In a Hello: of films comes the chroma that 4:2:0 loses as well, as pictures of bt709Detail. */
export const CHROMA_DETAIL_CAPABILITY = 'video-chroma-detail';

/** The first video decoder among the capabilities of a Hello or an Attach; null when there is none that is known here. */
export function findVideoCapability(capabilities: readonly string[]): VideoCapability | null {
  for (const name of capabilities) {
    const [, codec, chroma, width, height, streams] = NAME.exec(name) ?? [];
    if (codec !== 'h264' || (chroma !== '420' && chroma !== '444')) continue;
    return {
      codec,
      chroma,
      maxWidthPx: Number(width),
      maxHeightPx: Number(height),
      streams: Number(streams),
    };
  }
  return null;
}
