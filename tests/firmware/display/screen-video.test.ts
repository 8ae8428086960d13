import test from 'ava';
import type { ArrivedFrame } from '../../../firmware/connection/attachment.ts';
import { type Picture, Screen } from '../../../firmware/display/screen.ts';
import { KeyFrameReason } from '../../../protocol/generated/display.ts';
import { eventually } from '../../helpers/eventually.ts';

/** Frames with a payload have to wait until the test lets them go on. */
class SlowPicture implements Picture {
  readonly width = 4;
  readonly height = 4;
  readonly slow: PromiseWithResolvers<void>[] = [];

  prepare({ payload }: ArrivedFrame): Promise<void> | null {
    if (payload.length === 0) return null;
    const waiting = Promise.withResolvers<void>();
    this.slow.push(waiting);
    return waiting.promise;
  }

  apply(): Int32Array {
    return Int32Array.of(0, 0, 1, 1);
  }

  checksum(): number {
    return 0;
  }
}

function bench() {
  const made = { shown: [] as number[], asked: [] as number[], verified: 0 };
  const picture = new SlowPicture();
  const screen = new Screen<SlowPicture>({
    createPicture: () => picture,
    draw: (_picture, damage, { header }) => made.shown.push(damage.length && header.frame),
    requestKeyFrame: (reason) => made.asked.push(reason),
    onVerified: () => {
      made.verified++;
    },
  });
  return Object.assign(made, { screen, picture });
}

function frame(number: number, slow: boolean, fields: Partial<ArrivedFrame['header']> = {}) {
  const header = {
    ...({ type: 'FrameUpdate', frame: number, output: 0, key: number === 1 } as const),
    ...{ payloadCompressed: false, inputSequence: 0, widthPx: 4, heightPx: 4, checksum: 0 },
    ...{
      regions: new Int32Array(0),
      view: 0,
      lossy: slow,
      payloadFine: false,
      videos: [],
      ...fields,
    },
  };
  return { header, payload: new Uint8Array(slow ? 1 : 0), bytes: 1, receivedUs: 0 };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('frames behind one that waits for video keep their order; without video nothing waits', async (t) => {
  const { screen, picture, shown } = bench();
  screen.receive(frame(1, false));
  t.deepEqual(shown, [1]);
  screen.receive(frame(2, true));
  screen.receive(frame(3, false));
  screen.receive(frame(4, true));
  t.deepEqual(shown, [1]);
  picture.slow[0]?.resolve();
  await turn();
  t.deepEqual(shown, [1, 2, 3]);
  picture.slow[1]?.resolve();
  await turn();
  t.deepEqual(shown, [1, 2, 3, 4]);
  screen[Symbol.dispose]();
});

test('video that cannot be decoded asks for a key frame, and no picture is drawn until then', async (t) => {
  const { screen, picture, shown, asked } = bench();
  screen.receive(frame(1, false));
  screen.receive(frame(2, true));
  screen.receive(frame(3, true));
  picture.slow[0]?.reject(new RangeError('video refused'));
  await turn();
  t.deepEqual(asked, [KeyFrameReason.decode]);
  t.deepEqual(shown, [1, 0, 0]);
  screen.receive(frame(4, false, { key: true }));
  t.deepEqual(shown, [1, 0, 0, 4]);
  screen[Symbol.dispose]();
});

test('frames without end that wait for video end the link', (t) => {
  const { screen } = bench();
  screen.receive(frame(1, false));
  t.throws(
    () => {
      for (let i = 2; i < 40; i++) screen.receive(frame(i, true));
    },
    { name: 'ProtocolError' },
  );
  screen[Symbol.dispose]();
});

test('what comes out of a screen that has ended is not drawn', async (t) => {
  const { screen, picture, shown } = bench();
  screen.receive(frame(1, false));
  screen.receive(frame(2, true));
  screen[Symbol.dispose]();
  picture.slow[0]?.resolve();
  await turn();
  t.deepEqual(shown, [1]);
});

test('a lossy picture is not proved, the exact one after it is', async (t) => {
  const made = bench();
  made.screen.receive(frame(1, false));
  made.screen.receive(frame(2, false, { lossy: true, checksum: 7 }));
  made.screen.watchSettling();
  await new Promise((resolve) => setTimeout(resolve, 400));
  t.is(made.verified, 0);
  t.deepEqual(made.asked, []);
  made.screen.receive(frame(3, false));
  await eventually(() => {
    if (made.verified !== 1) throw new Error('not proved');
  });
  made.screen[Symbol.dispose]();
  t.pass();
});
