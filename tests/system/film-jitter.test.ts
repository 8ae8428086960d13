import test from 'ava';
import type { ArrivedFrame } from '../../firmware/connection/attachment.ts';
import { HeadlessDisplay } from '../../firmware/display/headless-display.ts';
import { Desktop } from '../helpers/desktop.ts';
import { JitteryLine } from '../helpers/jittery-line.ts';

const PLAY = ['--no-config', '--vo=wlshm', '--no-audio', '--osc=no', '--osd-level=0'];
const FILM =
  'av://lavfi:mandelbrot=size=640x360:rate=25:start_scale=0.3,gblur=sigma=1.5,hue=s=0.5,noise=c0s=3:c0f=t';
const COUNT = 75;
/** Wi-Fi that looks for other channels now and then is like that. */
const SLOW_MS = 34;
const SLOW_EVERY_MS = 130;

/** When the display was given something to show. */
function watchDisplay(): number[] {
  const timesMs: number[] = [];
  const { present } = HeadlessDisplay.prototype;
  HeadlessDisplay.prototype.present = function (...given) {
    timesMs.push(performance.now());
    present.apply(this, given);
  };
  return timesMs;
}

/** Standard deviation of the time from one to the next. */
function unevennessMs(timesMs: readonly number[]): number {
  const gaps = timesMs.slice(1).map((ms, i) => ms - (timesMs[i] as number));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
}

test.serial('a film is even over a link that is not, and exact when it is paused', async (t) => {
  const frames: ArrivedFrame[] = [];
  const timesMs = watchDisplay();
  const desktop = await Desktop.open(t, {
    width: 1000,
    height: 640,
    through: async (address) => {
      const line = await JitteryLine.open(address, (nowMs) =>
        nowMs % SLOW_EVERY_MS < SLOW_EVERY_MS / 2 ? SLOW_MS : 0,
      );
      t.teardown(() => line[Symbol.dispose]());
      return line.address;
    },
    onFrame: (frame) => frames.push(frame),
  });
  const client = await desktop.show('mpv', [...PLAY, '--input-terminal=no', FILM]);
  const films = () => frames.filter(({ header }) => header.videos.length > 0);
  await desktop.until('a second of video', () => films().length > 30);
  const [before, shownBefore] = [films().length, timesMs.length];
  await desktop.until('three seconds more', () => films().length > before + COUNT);
  const came = films()
    .slice(before)
    .map(({ receivedUs }) => receivedUs / 1000);
  const shown = timesMs.slice(shownBefore);
  const log = `${unevennessMs(came).toFixed(1)} ms of unevenness became ${unevennessMs(shown).toFixed(1)}`;
  t.log(log);
  t.true(unevennessMs(shown) < 0.7 * unevennessMs(came), log);
  t.true(shown.length > 0.9 * COUNT, `${shown.length} of ${COUNT} pictures were shown`);
  desktop.type(' ');
  // The checksum of the whole picture is that of the session's.
  await desktop.settled();
  await desktop.save('film-jitter-paused');
  t.false(frames.at(-1)?.header.lossy);
  t.notRegex(desktop.server.sessionLog, /asks for a key frame/);
  t.true(client.running);
});
