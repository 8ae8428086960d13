import { InvalidArgumentError } from 'commander';
import type { HeadlessOutput } from './headless-display.ts';

const TURNS: Readonly<Record<string, number>> = {
  normal: 0,
  90: 1,
  180: 2,
  270: 3,
  flipped: 4,
  'flipped-90': 5,
  'flipped-180': 6,
  'flipped-270': 7,
};
export const SCALE_MIN = 0.5;
export const SCALE_MAX = 4;
const SIDE_MAX = 16_384;

/**
 * An output by words: WxH[@SCALE][,TURN], where TURN is how far the monitor stands turned clockwise.
 * @throws InvalidArgumentError
 */
export function parseOutput(text: string): HeadlessOutput {
  const [, wide, high, factor = '1', turn = 'normal'] =
    /^(\d{1,5})x(\d{1,5})(?:@([\d.]+))?(?:,([a-z0-9-]+))?$/.exec(text) ?? [];
  const [width, height, scale] = [Number(wide), Number(high), Number(factor)];
  const transform = TURNS[turn];
  const sized = [width, height].every((side) => side >= 1 && side <= SIDE_MAX);
  if (!sized || !(scale >= SCALE_MIN && scale <= SCALE_MAX) || transform === undefined)
    throw new InvalidArgumentError(
      'expected WxH[@SCALE][,TURN], e.g. 1920x1080@1.5 or 1280x1024,90.',
    );
  return { width, height, scale, transform };
}

/** For an option that may be given several times. */
export function parseOutputs(text: string, before: HeadlessOutput[] = []): HeadlessOutput[] {
  return [...before, parseOutput(text)];
}
