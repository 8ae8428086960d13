import test from 'ava';
import type { ArrivedFrame } from '../../../firmware/connection/attachment.ts';
import { CursorCache } from '../../../firmware/display/cursor-cache.ts';
import { type Picture, Screen } from '../../../firmware/display/screen.ts';
import type { CursorMessage } from '../../../protocol/generated/cursor.ts';
import { KeyFrameReason } from '../../../protocol/generated/display.ts';
import { eventually } from '../../helpers/eventually.ts';

/** A picture that notes what was applied; a payload of 0xff cannot be decoded. */
class NotedPicture implements Picture {
  readonly width: number;
  readonly height: number;
  sum = 0;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
  }

  apply(_regions: Int32Array, payload: Uint8Array): Int32Array {
    if (payload[0] === 0xff) throw new RangeError('region 0');
    this.sum += payload[0] ?? 0;
    return Int32Array.of(0, 0, 1, 1);
  }

  checksum(): number {
    return this.sum;
  }
}

interface Bench {
  readonly screen: Screen<NotedPicture>;
  readonly shown: number[];
  readonly asked: number[];
  verified: number;
}

function bench(): Bench {
  const made = { shown: [] as number[], asked: [] as number[], verified: 0 };
  const screen = new Screen<NotedPicture>({
    createPicture: (width, height) => new NotedPicture(width, height),
    draw: (_picture, _damage, { header }) => made.shown.push(header.frame),
    requestKeyFrame: (reason) => made.asked.push(reason),
    onVerified: () => {
      made.verified++;
    },
  });
  return Object.assign(made, { screen });
}

function frame(
  number: number,
  fields: Partial<ArrivedFrame['header']> = {},
  byte = 1,
): ArrivedFrame {
  return {
    header: {
      type: 'FrameUpdate',
      frame: number,
      output: 0,
      key: false,
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
      ...fields,
    },
    payload: Uint8Array.of(byte),
    bytes: 1,
    receivedUs: 0,
  };
}

test('what decoding took is told with a frame that is drawn', (t) => {
  const told: (number | undefined)[] = [];
  const screen = new Screen<NotedPicture>({
    createPicture: (width, height) => new NotedPicture(width, height),
    draw: (_picture, _damage, { decodeUs }) => told.push(decodeUs),
    requestKeyFrame: () => {},
  });
  t.teardown(() => screen[Symbol.dispose]());
  screen.receive(frame(0, { key: true }));
  screen.receive(frame(1));
  t.is(told.length, 2);
  for (const us of told) t.true(Number.isInteger(us) && Number(us) >= 1, String(us));
});

test('frames are taken in order, whatever order they come in', (t) => {
  const { screen, shown, asked } = bench();
  screen.receive(frame(1, { key: true }));
  for (const number of [3, 4, 2, 2, 1]) screen.receive(frame(number));
  t.deepEqual(shown, [1, 2, 3, 4]);
  t.deepEqual(asked, []);
});

test('a frame that never comes costs one key frame, and later ones are taken again', (t) => {
  const { screen, shown, asked } = bench();
  screen.receive(frame(1, { key: true }));
  for (let number = 3; number <= 12; number++) screen.receive(frame(number));
  t.deepEqual(asked, [KeyFrameReason.decode]);
  const sum = screen.picture?.sum;
  screen.receive(frame(13));
  t.is(screen.picture?.sum, sum, 'nothing is drawn on a picture that is not whole');
  screen.receive(frame(14, { key: true }));
  screen.receive(frame(15));
  t.is(screen.picture?.sum, (sum ?? 0) + 2);
  t.is(shown.at(-1), 15);
});

test('a frame that cannot be decoded costs one key frame', (t) => {
  const { screen, asked } = bench();
  screen.receive(frame(1, { key: true }));
  screen.receive(frame(2, {}, 0xff));
  screen.receive(frame(3));
  t.deepEqual(asked, [KeyFrameReason.decode]);
  screen.receive(frame(4, { key: true }, 0xff));
  t.is(asked.length, 2);
});

test('a frame of another size needs to be a key frame', (t) => {
  const { screen, asked } = bench();
  screen.receive(frame(1, { key: true }));
  screen.receive(frame(2, { widthPx: 5 }));
  t.deepEqual(asked, [KeyFrameReason.resized]);
  screen.receive(frame(3, { widthPx: 5, key: true }));
  t.is(screen.picture?.width, 5);
});

for (const [widthPx, heightPx] of [
  [0, 4],
  [16_385, 1],
  [16_384, 16_384],
  [0xffff_ffff, 0xffff_ffff],
]) {
  test(`a picture of ${widthPx}x${heightPx} is refused before it takes memory`, (t) => {
    const { screen } = bench();
    const hostile = frame(1, { key: true, widthPx: widthPx ?? 0, heightPx: heightPx ?? 0 });
    t.throws(() => screen.receive(hostile), { name: 'ProtocolError' });
    t.is(screen.picture, null);
  });
}

test('a picture that is not what the session composed costs a key frame', async (t) => {
  const made = bench();
  made.screen.receive(frame(1, { key: true, checksum: 99 }));
  made.screen.watchSettling();
  await eventually(() => {
    if (made.asked.length === 0) throw new Error('not asked');
  });
  t.deepEqual(made.asked, [KeyFrameReason.checksum]);
  made.screen.receive(frame(2, { key: true, checksum: 2 }));
  await eventually(() => {
    if (made.verified === 0) throw new Error('not proved');
  });
  t.is(made.asked.length, 1);
  made.screen[Symbol.dispose]();
});

const IMAGE = {
  type: 'CursorImage',
  id: 1,
  widthPx: 2,
  heightPx: 1,
  hotspotX: 0,
  hotspotY: 0,
  scale120: 120,
  pixels: new Uint8Array(8),
  view: 0,
} as const;

test('pointer pictures are shown by number, and only the last 32 are kept', (t) => {
  const cache = new CursorCache();
  for (let id = 1; id <= 40; id++) cache.receive({ ...IMAGE, id });
  t.is(cache.receive({ type: 'CursorShow', id: 8, view: 0 }), undefined);
  t.is(cache.receive({ type: 'CursorShow', id: 9, view: 0 })?.id, 9);
  t.is(cache.receive({ type: 'CursorHide', view: 0 }), null);
});

test('pointer pictures are kept apart from what was received, which is a Buffer', (t) => {
  const cache = new CursorCache();
  const pixels = Buffer.alloc(8, 7);
  cache.receive({ ...IMAGE, pixels });
  pixels.fill(0);
  const kept = cache.receive({ type: 'CursorShow', id: 1, view: 0 });
  t.deepEqual([...(kept?.pixels ?? [])], Array(8).fill(7));
});

const impossible: readonly Partial<typeof IMAGE>[] = [
  { widthPx: 0 as never },
  { widthPx: 257 as never },
  { pixels: new Uint8Array(7) },
  { hotspotX: 2 as never },
  { hotspotY: -1 as never },
];
for (const fields of impossible) {
  test(`a pointer with ${JSON.stringify(fields).slice(0, 30)} is refused`, (t) => {
    const message = { ...IMAGE, ...fields } as CursorMessage;
    t.throws(() => new CursorCache().receive(message), { name: 'ProtocolError' });
  });
}
