import test from 'ava';
import { LinkEstimate } from '../../../appliance/encode/adaptation/link-estimate.ts';
import {
  OutputStream,
  type OutputStreamDeps,
  type TakenFrame,
} from '../../../appliance/encode/output-stream.ts';
import { eventually } from '../../helpers/eventually.ts';
import { PaintedScene } from './painted-scene.ts';

interface Rig {
  readonly scene: PaintedScene;
  readonly stream: OutputStream;
  readonly sent: TakenFrame[];
  nowMs: number;
  room: boolean;
  deliverable: boolean;
  /** Each frame is taken for shown as it is sent. */
  assume: boolean;
  /** Answers that applications had when each frame was sent. */
  readonly answers: number[];
}

function rig(link = new LinkEstimate(), sidePx = 64): Rig {
  const scene = new PaintedScene(sidePx, sidePx);
  const made: Omit<Rig, 'stream'> & { stream?: OutputStream } = {
    ...{ scene, sent: [], nowMs: 0, room: true, deliverable: true, assume: false },
    answers: [],
  };
  const deps: OutputStreamDeps = {
    ...scene.deps,
    link,
    firstFrame: 1,
    linkHasRoom: () => made.room,
    send: (frame) => {
      made.answers.push(scene.callbacks);
      if (made.deliverable) made.sent.push(frame);
      if (made.assume) made.stream?.assumeShown(frame.frame, 5);
      return made.deliverable;
    },
    nowMs: () => made.nowMs,
    onFailure: (error) => {
      throw error;
    },
  };
  return Object.assign(made, { stream: new OutputStream(deps) });
}

/** Ticks and waits for the frame; key frames are made on another thread. */
async function tick({ stream, sent }: Rig): Promise<TakenFrame> {
  const before = sent.length;
  stream.tick();
  return eventually(() => {
    const frame = sent[before];
    if (!frame) throw new Error('no frame');
    return frame;
  });
}

const DOT = { x: 1, y: 1, w: 2, h: 2, rgb: 0xff0000 };

test('the first frame is a key frame, the next ones are what changed', async (t) => {
  const made = rig();
  t.true((await tick(made)).key);
  made.scene.paint(DOT);
  const second = await tick(made);
  t.false(second.key);
  t.deepEqual([...second.encoded.regions.subarray(1, 5)], [1, 1, 2, 2]);
  made.stream[Symbol.dispose]();
});

test('never more than two frames are on their way; what changes meanwhile is one frame', async (t) => {
  const made = rig();
  await tick(made);
  made.scene.paint(DOT);
  await tick(made);
  for (let i = 0; i < 20; i++) {
    made.scene.paint({ ...DOT, x: 2 * i, rgb: i });
    made.stream.tick();
  }
  t.is(made.sent.length, 2);
  made.stream.acknowledged(1);
  t.is(made.sent.length, 3);
  made.stream.acknowledged(2);
  t.is(made.sent.length, 3);
  made.stream[Symbol.dispose]();
});

test('nothing is taken while the link has no room', async (t) => {
  const made = rig();
  await tick(made);
  made.room = false;
  made.scene.paint(DOT);
  made.stream.tick();
  t.is(made.sent.length, 1);
  made.room = true;
  await eventually(() => {
    if (made.sent.length < 2) throw new Error('not tried again');
  });
  t.pass();
  made.stream[Symbol.dispose]();
});

test('a picture does not freeze for want of acknowledgements', async (t) => {
  const made = rig();
  await tick(made);
  made.scene.paint(DOT);
  await tick(made);
  made.scene.paint({ ...DOT, x: 9 });
  made.nowMs = 3999;
  made.stream.tick();
  t.is(made.sent.length, 2);
  // From here on it must come by itself.
  made.nowMs = 4000;
  await eventually(() => {
    if (made.sent.length < 3) throw new Error('frozen');
  });
  t.pass();
  made.stream[Symbol.dispose]();
});

test('a stream that ends leaves all of the link to the next one of its output', async (t) => {
  const link = new LinkEstimate();
  const made = rig(link);
  await tick(made);
  t.true(link.inFlightBytes > 0);
  made.stream[Symbol.dispose]();
  t.is(link.inFlightBytes, 0);
});

/** 100 Mbit/s, 10 ms there and back, that may have shrunk: more of a change goes when something of it was acknowledged. */
class DoubtfulLink extends LinkEstimate {
  override get bytesPerMs(): number {
    return 12_500;
  }
  override get minRttMs(): number {
    return 10;
  }
  override burstBytes(): number {
    return 24_000;
  }
}

test('what is small goes while a large change waits for news of the link', async (t) => {
  const link = new DoubtfulLink();
  const made = rig(link, 256);
  await tick(made);
  made.stream.acknowledged(1);
  link.sent(1, 1, 30_000, 0);
  made.scene.paint({ x: 0, y: 0, w: 256, h: 256, rgb: 0x00ff00 });
  made.stream.tick();
  t.is(made.sent.length, 1);
  link.forgetUpTo(1, 1);
  await tick(made);
  made.stream.acknowledged(2);
  link.sent(1, 2, 30_000, 0);
  made.scene.paint(DOT);
  made.stream.tick();
  t.is(made.sent.length, 3);
  made.stream[Symbol.dispose]();
});

test('a key frame is made when the terminal asks', async (t) => {
  const made = rig();
  await tick(made);
  made.stream.acknowledged(1);
  made.stream.requestKeyFrame();
  const frame = await eventually(() => {
    if (!made.sent[1]) throw new Error('no frame');
    return made.sent[1];
  });
  t.true(frame.key);
  made.stream[Symbol.dispose]();
});

test('a frame that cannot be delivered makes the next one a key frame', async (t) => {
  const made = rig();
  await tick(made);
  made.deliverable = false;
  made.scene.paint(DOT);
  made.stream.tick();
  made.deliverable = true;
  made.stream.acknowledged(2);
  made.scene.paint({ ...DOT, x: 9 });
  t.true((await tick(made)).key);
  made.stream[Symbol.dispose]();
});

test('applications are answered and told when what they drew was seen', async (t) => {
  const made = rig();
  await tick(made);
  made.nowMs = 100;
  made.scene.ask();
  made.scene.paint(DOT);
  await tick(made);
  t.is(made.scene.callbacks, 1);
  t.is(made.scene.presented, 0);
  made.stream.acknowledged(2);
  t.is(made.scene.presented, 1);
  made.stream[Symbol.dispose]();
});

test('a small frame does not wait for what applications are told', async (t) => {
  const made = rig();
  await tick(made);
  made.nowMs = 100;
  made.scene.ask();
  made.scene.paint(DOT);
  made.stream.tick();
  t.deepEqual(made.answers, [0, 0]);
  t.is(made.scene.callbacks, 1);
  made.stream[Symbol.dispose]();
});

test('frames that are taken for shown are neither waited for nor told of twice', async (t) => {
  const made = rig();
  await tick(made);
  made.stream.acknowledged(1);
  made.assume = true;
  for (let i = 0; i < 4; i++) {
    made.nowMs += 100;
    made.scene.ask();
    made.scene.paint({ ...DOT, x: 2 * i, rgb: i + 1 });
    await tick(made);
    t.is(made.scene.presented, i + 1, 'told at once, and there is room for the next');
  }
  made.stream.acknowledged(5);
  t.is(made.scene.presented, 4);
  made.stream[Symbol.dispose]();
});

test('a terminal that acknowledges nothing makes nothing grow', async (t) => {
  const made = rig();
  await tick(made);
  for (let i = 0; i < 40; i++) {
    made.nowMs += 5000;
    made.scene.ask();
    made.scene.paint({ ...DOT, rgb: i + 1 });
    await tick(made);
  }
  t.true(made.scene.discarded >= 20, String(made.scene.discarded));
  made.stream[Symbol.dispose]();
  t.is(made.scene.discarded + made.scene.presented, 40);
});
