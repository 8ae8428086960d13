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

const NAME = /^[A-Za-z0-9-]{1,32}$/;
const HZ_MAX = 1000;

/**
 * An output by words: WxH[@SCALE][+X+Y] and then, each after a comma and in any order, how far the monitor stands turned
 * clockwise (90, 180, 270), its refresh (75Hz), and its name (name=left).
 * @throws InvalidArgumentError
 */
export function parseOutput(text: string): HeadlessOutput {
  const [first = '', ...words] = text.split(',');
  const [, wide, high, factor = '1', x, y] =
    /^(\d{1,5})x(\d{1,5})(?:@([\d.]+))?(?:\+(\d{1,6})\+(\d{1,6}))?$/.exec(first) ?? [];
  const [width, height, scale] = [Number(wide), Number(high), Number(factor)];
  const sized = [width, height].every((side) => side >= 1 && side <= SIDE_MAX);
  const said = words.map(wordOf);
  const isKnown = (word: object | null): word is object => word !== null;
  if (!sized || !(scale >= SCALE_MIN && scale <= SCALE_MAX) || !said.every(isKnown))
    throw new InvalidArgumentError(
      'expected WxH[@SCALE][+X+Y][,TURN][,HZHz][,name=NAME], e.g. 1920x1080@1.5,75Hz or 1280x1024,90.',
    );
  const place = x === undefined ? {} : { place: { x: Number(x), y: Number(y) } };
  return Object.assign({ width, height, scale, transform: 0, ...place }, ...said);
}

function wordOf(word: string): Partial<HeadlessOutput> | null {
  const transform = TURNS[word];
  if (transform !== undefined) return { transform };
  const refreshHz = Number(/^(\d{1,4}(?:\.\d{1,3})?)Hz$/.exec(word)?.[1]);
  if (refreshHz >= 1 && refreshHz <= HZ_MAX) return { refreshHz };
  const name = /^name=(.*)$/.exec(word)?.[1] ?? '';
  return NAME.test(name) ? { name } : null;
}

/** For an option that may be given several times. */
export function parseOutputs(text: string, before: HeadlessOutput[] = []): HeadlessOutput[] {
  return [...before, parseOutput(text)];
}
