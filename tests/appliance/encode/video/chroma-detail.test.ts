import test from 'ava';
import { ChromaDetail } from '../../../../appliance/encode/video/chroma-detail.ts';
import { VideoColour } from '../../../../protocol/generated/display.ts';
import type { Rect } from '../../../native/pixels/pictures.ts';
import { FilmDesk, paintFilm } from './film.ts';

const ALL: Rect = [0, 0, 320, 240];
const COLOURS = [0xff0000, 0x00c000, 0x0000ff, 0xffff00, 0xff00ff, 0x00ffff];

/** Thin lines of strong colours that wander over the film. */
function paintLines(desk: FilmDesk, frame: number): void {
  const { bytes, width, height } = desk.fb;
  const pixels = new Uint32Array(bytes.buffer, bytes.byteOffset, width * height);
  COLOURS.forEach((colour, i) => {
    for (let x = 0; x < width; x++) {
      const y = Math.round(height * (0.5 + 0.4 * Math.sin(x / (40 + 9 * i) + frame / 11 + i)));
      pixels[y * width + x] = colour;
    }
  });
}

async function play(desk: FilmDesk, frames: number, lines: boolean): Promise<void> {
  for (let i = 0; i < frames; i++) {
    paintFilm(desk.fb, ALL, i);
    if (lines) paintLines(desk, i);
    await desk.frame([ALL]);
  }
}

async function shown(lines: boolean, detail: boolean): Promise<{ dB: number; desk: FilmDesk }> {
  const desk = new FilmDesk(ALL[2], ALL[3], { detail });
  await desk.frame([ALL], { key: true });
  await play(desk, 90, lines);
  return { dB: desk.psnrDb(ALL), desk };
}

test('coloured lines in a film come with the chroma that 4:2:0 loses', async (t) => {
  const without = await shown(true, false);
  const within = await shown(true, true);
  t.teardown(() => without.desk[Symbol.dispose]());
  t.teardown(() => within.desk[Symbol.dispose]());
  t.log(`${without.dB} dB, ${within.dB} dB`);
  t.deepEqual(
    within.desk.pictures.map(({ colour, stream }) => [colour, stream]),
    [
      [VideoColour.bt709Full420, 0],
      [VideoColour.bt709Detail, 1],
    ],
  );
  t.is(without.desk.pictures.length, 1);
  t.true(within.dB > without.dB + 3, `${without.dB} dB, ${within.dB} dB`);
  await within.desk.settle();
  t.is(within.desk.difference(ALL), 0);
});

test('a film without such lines is one stream', async (t) => {
  const { desk } = await shown(false, true);
  t.teardown(() => desk[Symbol.dispose]());
  t.is(desk.pictures.length, 1);
  await play(desk, 40, true);
  t.is(desk.pictures.length, 2, 'lines began');
  await play(desk, 230, false);
  t.is(desk.pictures.length, 1, 'lines have ended');
});

test('the detail is sent where much is lost and the link has room', (t) => {
  const choice = new ChromaDetail();
  const link = { bytesPerMs: 12_000, pictureBytes: Number.POSITIVE_INFINITY };
  const is = () => choice.isWorthwhile(link as Parameters<typeof choice.isWorthwhile>[0]);
  for (let i = 0; i < 20; i++) choice.saw([30]);
  t.false(is(), 'the terminal does not read it');
  choice.allowed = true;
  t.true(is());
  link.bytesPerMs = 3500;
  t.true(is(), 'still enough');
  link.bytesPerMs = 2500;
  t.false(is());
  link.bytesPerMs = 3500;
  t.false(is(), 'not again so soon');
  link.bytesPerMs = 12_000;
  link.pictureBytes = 36_000;
  t.false(is(), 'a link that may have shrunk');
  link.pictureBytes = Number.POSITIVE_INFINITY;
  t.false(is(), 'it may be one again at once');
  for (let i = 0; i < 64; i++) choice.saw([-1, 20]);
  t.true(is());
  for (let i = 0; i < 40; i++) choice.saw([-1, 0]);
  t.false(is(), 'nothing is lost any more');
});
