import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { EncodedFrame } from '../../native/pixels/index.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** What is smaller gains less than it costs. */
const LEAST_BYTES = 8192;
/** Text and surfaces are at least that much smaller than their pixels. More saves a tenth, in four times the time. */
const FLAT_RATIO = 5;
const FLAT_LEVEL = 12;
/** Where zstd's other way of searching begins, which photographs gain from and text does not. */
const DENSE_LEVEL = 13;

/** The same frame with a smaller payload, made on another thread; the frame itself where there is none. */
export async function withStrongPayload(frame: EncodedFrame): Promise<EncodedFrame> {
  const { payload, payloadCompressed, payloadFine } = frame;
  if (!payloadCompressed || payloadFine || payload.length < LEAST_BYTES) return frame;
  const bytes = await decompress(payload);
  const isFlat = bytes.length > FLAT_RATIO * payload.length;
  const level = isFlat ? FLAT_LEVEL : DENSE_LEVEL;
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  // The decoder wants to be told the length beforehand.
  const strong = await compress(bytes, { params, pledgedSrcSize: bytes.length });
  return strong.length < payload.length ? { ...frame, payload: strong } : frame;
}
