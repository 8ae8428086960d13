import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export const screenWidth = 1920;
export const screenHeight = 1080;
const pictureBytes = screenWidth * screenHeight * 4;
/** For what the program has to say beside them. */
const wordsBytes = 64 * 1024;

/** Runs a program that writes pictures of the screen's size as 0x00RRGGBB words to its stdout. */
export async function readPictures(
  program: string,
  args: readonly string[],
  count: number,
): Promise<Uint32Array[]> {
  if (count === 0) return [];
  const { stdout } = await promisify(execFile)(program, [...args], {
    encoding: 'buffer',
    maxBuffer: count * pictureBytes + wordsBytes,
  });
  if (stdout.length !== count * pictureBytes)
    throw new Error(`${program}: ${stdout.length} bytes are not ${count} pictures`);
  return Array.from({ length: count }, (_, i) => {
    const start = stdout.byteOffset + i * pictureBytes;
    return new Uint32Array(stdout.buffer.slice(start, start + pictureBytes) as ArrayBuffer);
  });
}
