import test from 'ava';
import { OutputStream, type TakenFrame } from '../../../appliance/encode/output-stream.ts';
import { eventually } from '../../helpers/eventually.ts';
import { Desktop } from './convergence/desktop.ts';
import { PaintedScene } from './painted-scene.ts';

test('a picture that is still being encoded when the session is locked is never sent', async (t) => {
  const scene = new PaintedScene(256, 256);
  const sent: TakenFrame[] = [];
  using stream = new OutputStream({
    ...scene.deps,
    firstFrame: 1,
    linkHasRoom: () => true,
    send: (frame) => {
      sent.push(frame);
      return true;
    },
    nowMs: () => 0,
    onFailure: (error) => {
      throw error;
    },
  });
  scene.paint({ x: 10, y: 10, w: 100, h: 100, rgb: 0xff0000 });
  scene.ask();
  stream.tick();
  t.is(sent.length, 0, 'a key frame is made on another thread');
  scene.cover();
  await eventually(() => {
    if (sent.length === 0) throw new Error('nothing was sent');
  });
  const [first] = sent;
  t.true(first?.key);
  t.is(first?.encoded.checksum, scene.picture().checksum(), 'it shows the cover');
  t.is(scene.discarded, 1, 'what was drawn for the other picture was not seen');
});

test('a picture that is not sent because the session was locked does not count as the lock', async (t) => {
  using desktop = new Desktop({ widthPx: 256, heightPx: 256, scale120: 120, transform: 0 });
  const [output] = desktop.outputs;
  if (!output) throw new Error('no output');
  const { scene } = desktop;
  const sent: TakenFrame[] = [];
  let hidden = false;
  const hiddenWhenSent: boolean[] = [];
  using stream = new OutputStream({
    ...{ output, scene, firstFrame: 1, linkHasRoom: () => true, nowMs: () => 0 },
    send: (frame) => {
      sent.push(frame);
      hiddenWhenSent.push(hidden);
      return true;
    },
    onFailure: (error) => {
      throw error;
    },
  });
  stream.tick();
  t.is(sent.length, 0, 'a key frame is made on another thread');
  scene.cover(0x102030, () => {
    hidden = true;
  });
  await eventually(() => {
    if (sent.length === 0) throw new Error('nothing was sent');
  });
  t.deepEqual(hiddenWhenSent, [false]);
  t.false(hidden, 'it has not arrived');
  stream.acknowledged(1);
  t.true(hidden);
});
