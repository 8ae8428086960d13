import test from 'ava';
import fc from 'fast-check';
import {
  OutputStream,
  type OutputStreamDeps,
  type TakenFrame,
} from '../../../appliance/encode/output-stream.ts';
import { NativePicture } from '../../../firmware/display/native-picture.ts';
import { Screen } from '../../../firmware/display/screen.ts';
import type { FrameUpdate } from '../../../protocol/generated/display.ts';
import { eventually } from '../../helpers/eventually.ts';
import { PaintedScene } from './painted-scene.ts';

interface Rig {
  readonly scene: PaintedScene;
  readonly stream: OutputStream;
  readonly sent: TakenFrame[];
  nowMs: number;
  room: boolean;
  deliverable: boolean;
}

function rig(scene = new PaintedScene(64, 64), firstFrame = 1, onSend = () => {}): Rig {
  const made: Omit<Rig, 'stream'> = { scene, sent: [], nowMs: 0, room: true, deliverable: true };
  const deps: OutputStreamDeps = {
    ...scene.deps,
    firstFrame,
    linkHasRoom: () => made.room,
    send: (frame) => {
      if (made.deliverable) made.sent.push(frame);
      onSend();
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

test('a terminal that acknowledges nothing makes nothing grow', async (t) => {
  const made = rig();
  await tick(made);
  for (let i = 0; i < 40; i++) {
    made.nowMs += 5000;
    made.scene.ask();
    made.scene.paint({ ...DOT, rgb: i + 1 });
    await tick(made);
  }
  t.true(made.scene.discarded >= 30, String(made.scene.discarded));
  made.stream[Symbol.dispose]();
  t.is(made.scene.discarded + made.scene.presented, 40);
});

/** A terminal on the other end of a stream, which may lose acknowledgements and its picture. */
class Viewer {
  readonly screen: Screen<NativePicture>;
  verified = 0;
  readonly acks: number[] = [];

  constructor(requestKeyFrame: () => void) {
    this.screen = new Screen<NativePicture>({
      createPicture: (width, height) => new NativePicture(width, height),
      draw: (_picture, _damage, { header }) => void this.acks.push(header.frame),
      requestKeyFrame,
      onVerified: () => void this.verified++,
    });
  }

  receive({ frame, key, encoded, widthPx, heightPx }: TakenFrame): void {
    const { regions, payload, payloadCompressed, checksum } = encoded;
    const header: FrameUpdate = {
      type: 'FrameUpdate',
      frame,
      output: 0,
      key,
      payloadCompressed,
      inputSequence: 0,
      widthPx,
      heightPx,
      checksum,
      regions,
      view: 0,
      lossy: encoded.lossy,
      videos: [],
    };
    this.screen.receive({ header, payload, bytes: payload.length, receivedUs: 0 });
  }
}

type Act =
  | { readonly kind: 'paint'; x: number; y: number; w: number; h: number; rgb: number }
  | { readonly kind: 'resize'; w: number; h: number }
  | { readonly kind: 'reconnect' | 'lose-acks' | 'ack' | 'corrupt' | 'time' };

const side = fc.integer({ min: 1, max: 300 });
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('paint' as const),
      x: fc.integer({ min: -20, max: 300 }),
      y: fc.integer({ min: -20, max: 300 }),
      w: side,
      h: side,
      rgb: fc.integer({ min: 0, max: 0xffffff }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resize' as const), w: side, h: side }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'reconnect' as const,
        'lose-acks' as const,
        'ack' as const,
        'corrupt' as const,
        'time' as const,
      ),
    }),
  },
);

/** Session and terminal, joined by queues that the test empties. */
class Pair {
  readonly scene = new PaintedScene(200, 150);
  rig!: Rig;
  viewer!: Viewer;
  #delivered = 0;
  worstInFlight = 0;
  #inFlight = new Set<number>();

  constructor() {
    this.connect(1);
  }

  connect(firstFrame: number): void {
    this.rig?.stream[Symbol.dispose]();
    this.viewer?.screen[Symbol.dispose]();
    this.#delivered = 0;
    this.#inFlight.clear();
    const made = rig(this.scene, firstFrame, () => {
      this.#inFlight.add(made.sent.length);
      this.worstInFlight = Math.max(this.worstInFlight, this.#inFlight.size);
    });
    this.rig = made;
    this.viewer = new Viewer(() => made.stream.requestKeyFrame());
    made.stream.tick();
  }

  deliver(): void {
    for (; this.#delivered < this.rig.sent.length; this.#delivered++)
      this.viewer.receive(this.rig.sent[this.#delivered] as TakenFrame);
  }

  acknowledge(): void {
    for (const frame of this.viewer.acks.splice(0)) {
      this.#inFlight.clear();
      this.rig.stream.acknowledged(frame);
    }
  }

  /** The acknowledgements never arrive: the session gives the frames up in time. */
  loseAcks(): void {
    this.viewer.acks.length = 0;
    this.later();
  }

  later(): void {
    this.#inFlight.clear();
    this.rig.nowMs += 5000;
  }

  corrupt(): void {
    this.viewer.screen.picture?.framebuffer.bytes.fill(7, 0, 40);
  }

  do(step: Act): void {
    if (step.kind === 'paint') this.scene.paint(step);
    if (step.kind === 'resize') {
      this.scene.resize(step.w, step.h);
      this.connect(this.rig.stream.nextFrame);
    }
    if (step.kind === 'reconnect') this.connect(1);
    if (step.kind === 'ack') this.acknowledge();
    if (step.kind === 'lose-acks') this.loseAcks();
    if (step.kind === 'corrupt') this.corrupt();
    if (step.kind === 'time') this.later();
    this.rig.stream.tick();
    this.deliver();
  }

  /** Lets everything arrive and the picture be proved. */
  async settle(): Promise<void> {
    const before = this.viewer.verified;
    this.viewer.screen.watchSettling();
    await eventually(() => {
      this.later();
      this.rig.stream.tick();
      this.deliver();
      this.acknowledge();
      if (this.viewer.verified === before) throw new Error('not verified');
    });
  }

  [Symbol.dispose](): void {
    this.rig.stream[Symbol.dispose]();
    this.viewer.screen[Symbol.dispose]();
  }
}

test('whatever happens, the terminal ends with the picture of the session', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
      using pair = new Pair();
      for (const step of acts) {
        pair.do(step);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await pair.settle();
      const shown = pair.viewer.screen.picture?.framebuffer;
      if (!shown) throw new Error('no picture');
      const wanted = pair.scene.picture();
      t.is(shown.checksum(), wanted.checksum());
      t.true(pair.worstInFlight <= 2, String(pair.worstInFlight));
    }),
    { numRuns: 30 },
  );
});
