import test from 'ava';
import type { ArrivedFrame } from '../../../firmware/connection/attachment.ts';
import { type Picture, Screen } from '../../../firmware/display/screen.ts';

/** Exact, and tells when it is read. */
class CountedPicture implements Picture {
  readonly width = 4;
  readonly height = 4;
  reads = 0;

  apply(): Int32Array {
    return Int32Array.of(0, 0, 1, 1);
  }

  checksum(): number {
    this.reads++;
    return 0;
  }
}

function provedScreen() {
  const picture = new CountedPicture();
  const proved = Promise.withResolvers<number>();
  const screen = new Screen<CountedPicture>({
    createPicture: () => picture,
    draw: () => {},
    requestKeyFrame: () => {},
    onVerified: () => proved.resolve(performance.now()),
  });
  return { picture, screen, proved: proved.promise };
}

function frame(number: number, key = false): ArrivedFrame {
  return {
    header: {
      type: 'FrameUpdate',
      frame: number,
      output: 0,
      key,
      payloadCompressed: false,
      inputSequence: 0,
      widthPx: 4,
      heightPx: 4,
      checksum: 0,
      regions: new Int32Array(0),
      view: 0,
      lossy: false,
      payloadFine: false,
      videos: [],
    },
    payload: new Uint8Array(0),
    bytes: 0,
    receivedUs: 0,
  };
}

test('a picture is read once, when no frame has come for a second', async (t) => {
  const { picture, screen, proved } = provedScreen();
  screen.receive(frame(1, true));
  await new Promise((resolve) => setTimeout(resolve, 300));
  screen.receive(frame(2));
  const lastMs = performance.now();
  t.true((await proved) - lastMs > 950);
  t.is(picture.reads, 1);
  screen[Symbol.dispose]();
});

test('who waits for the proof gets it sooner, and the next picture takes its time again', async (t) => {
  const { picture, screen, proved } = provedScreen();
  screen.receive(frame(1, true));
  const startMs = performance.now();
  screen.watchSettling();
  const tookMs = (await proved) - startMs;
  t.true(tookMs > 150 && tookMs < 950, `${tookMs} ms`);
  screen.receive(frame(2));
  await new Promise((resolve) => setTimeout(resolve, 500));
  t.is(picture.reads, 1);
  screen[Symbol.dispose]();
});
