import test from 'ava';
import { Desktop } from '../helpers/desktop.ts';
import { like } from '../helpers/picture.ts';

const PLAY = ['--no-config', '--vo=wlshm', '--no-audio', '--osc=no', '--no-terminal'];

test.serial('mpv plays a picture that moves, in a window and in full screen', async (t) => {
  const desk = await Desktop.open(t, { width: 800, height: 600 });
  await desk.show('mpv', [...PLAY, 'av://lavfi:testsrc2=size=640x360:rate=25']);
  const bars = [0xff0000, 0x00ff00, 0xffff00, 0x0000ff, 0xff00ff, 0x00ffff];
  const playing = await desk.until('six bars', (now) =>
    bars.every((colour) => now.share(like(colour, 12)) > 0.02),
  );
  t.deepEqual(
    bars.map((colour) => playing.bounds(like(colour, 12))?.x ?? -1).every((x) => x >= 0),
    true,
  );
  await desk.until('motion', (now) => now.changedShare(playing) > 0.002);
  await desk.save('mpv');
  desk.press('f');
  const full = await desk.until('full screen', (now) => like(0xff0000, 12)(now.at(2, 300)));
  t.is(full.at(2, 10), 0, 'black above');
  await desk.save('mpv-fullscreen');
  desk.press('q');
  await desk.until('no picture', (now) => now.share(like(0xff0000, 12)) === 0);
});
