import test from 'ava';
import type { ArrivedFrame } from '../../firmware/connection/attachment.ts';
import { VideoColour } from '../../protocol/generated/display.ts';
import { Desktop } from '../helpers/desktop.ts';
import type { Box, Picture } from '../helpers/picture.ts';

const PLAY = ['--no-config', '--vo=wlshm', '--no-audio', '--osc=no', '--osd-level=0'];
/** Natural in the small, as a film from a camera is. */
const FILM =
  'av://lavfi:mandelbrot=size=640x360:rate=25:start_scale=0.3,gblur=sigma=1.5,hue=s=0.5,noise=c0s=3:c0f=t';

/** Of strong colour and a pixel wide. */
const LINED = `${FILM},format=gbrp,drawgrid=w=24:h=16:t=1:c=red`;

interface Seen {
  readonly frame: ArrivedFrame;
  readonly picture: Picture | null;
}

/** Frames that were shown since; the pictures of the last few. */
class Tape {
  readonly seen: Seen[] = [];
  desk: Desktop | null = null;

  take(frame: ArrivedFrame): void {
    const picture = this.desk?.look() ?? null;
    this.seen.push({ frame, picture });
    const old = this.seen.length - 40;
    const dropped = this.seen[old];
    if (dropped) this.seen[old] = { frame: dropped.frame, picture: null };
  }

  bytesOfLast(count: number): number {
    return this.seen.slice(-count).reduce((sum, { frame }) => sum + frame.bytes, 0) / count;
  }
}

function psnrDb(a: Picture, b: Picture, box: Box): number {
  let sum = 0;
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++) {
      const [p, q] = [a.at(x, y), b.at(x, y)];
      for (const shift of [0, 8, 16]) sum += (((p >> shift) & 255) - ((q >> shift) & 255)) ** 2;
    }
  }
  return 10 * Math.log10(65_025 / (sum / (3 * box.width * box.height)));
}

test.serial('a film is video while it plays, and exact when it is paused', async (t) => {
  const tape = new Tape();
  const desk = await Desktop.open(t, {
    width: 1000,
    height: 640,
    onFrame: (frame) => tape.take(frame),
  });
  const before = await desk.settled();
  await desk.show('mpv', [...PLAY, '--input-terminal=no', FILM]);
  await desk.until('exact frames of the film', () => tape.seen.length > 8);
  const exactBytes = tape.bytesOfLast(4);
  tape.desk = desk;
  await desk.until('video', () => tape.seen.slice(-20).every(({ frame }) => frame.header.lossy));
  t.true(tape.seen.at(-1)?.frame.header.regions.some((e, i) => i % 7 === 0 && e === 5));
  t.true(
    tape.bytesOfLast(20) < exactBytes / 4,
    `${tape.bytesOfLast(20)} of ${exactBytes} bytes for each picture`,
  );
  await desk.save('film-playing');
  t.regex(desk.server.sessionLog, /films are encoded/);
  const playing = desk.look();
  desk.type(' ');
  const paused = await desk.settled();
  await desk.save('film-paused');
  t.false(tape.seen.at(-1)?.frame.header.lossy);
  const moved = tape.seen.findLast(({ frame }) => frame.header.videos.length > 0);
  const lossy = moved?.picture;
  const film = lossy && paused.changedSince(lossy);
  if (!lossy || !film) throw new Error('there is no lossy picture of what was paused');
  t.log(`film of ${film.width}x${film.height}: ${psnrDb(lossy, paused, film).toFixed(1)} dB`);
  const exact = tape.seen.findLast(({ frame }) => !frame.header.lossy);
  const tookUs = (exact?.frame.receivedUs ?? 0) - (moved?.frame.receivedUs ?? 0);
  t.log(`exact ${Math.round(tookUs / 1000)} ms after the last picture of the film`);
  t.true(psnrDb(lossy, paused, film) >= 36);
  t.true(film.width >= 600 && film.width <= 640 && film.height <= 360, JSON.stringify(film));
  // The title bar above, and all around.
  for (const beside of [
    { x: 0, y: 0, width: 1000, height: film.y },
    { x: 0, y: film.y + film.height, width: 1000, height: 640 - film.y - film.height },
  ])
    t.is(paused.changedSince(playing, beside), null);
  t.is(before.changedSince(paused, { x: 0, y: 0, width: 1000, height: 20 }), null);
});

test.serial('thin coloured lines in a film come with the chroma that 4:2:0 loses', async (t) => {
  const tape = new Tape();
  const onFrame = (frame: ArrivedFrame) => tape.take(frame);
  const desk = await Desktop.open(t, { width: 1000, height: 640, onFrame });
  await desk.settled();
  await desk.show('mpv', [...PLAY, '--input-terminal=no', LINED]);
  await desk.until('detail', () =>
    tape.seen
      .slice(-5)
      .every(({ frame }) => frame.header.videos[1]?.colour === VideoColour.bt709Detail),
  );
  tape.desk = desk;
  await desk.until('more of it', () => tape.seen.slice(-5).every(({ picture }) => picture));
  await desk.save('film-lined');
  desk.type(' ');
  const paused = await desk.settled();
  await desk.save('film-lined-paused');
  const lossy = tape.seen.findLast(({ frame }) => frame.header.videos.length > 0)?.picture;
  const film = lossy && paused.changedSince(lossy);
  if (!lossy || !film) throw new Error('there is no lossy picture of what was paused');
  const dB = psnrDb(lossy, paused, film);
  t.log(`${dB.toFixed(1)} dB`);
  t.true(dB >= 30);
});
