import fc from 'fast-check';
import type { Rect } from '../../../native/pixels/pictures.ts';
import { LOOKS, type Look, type ScreenSize } from './desktop.ts';
import type { Pair } from './pair.ts';

/** How large things are. */
export interface Measure {
  /** Of screens and windows. */
  readonly sidePx: number;
  readonly minSidePx: number;
  readonly acts: number;
}

const PLAIN_ACTS = [
  'finish',
  'deliver',
  'deliver-late',
  'answer',
  'lose-acks',
  'key-frame',
  'corrupt',
  'cut-steps',
  'reconnect',
  'full-link',
  'free-link',
  'lock',
  'unlock',
  'unplug',
  'breathe',
] as const;

export type Act =
  | { readonly do: 'open'; rect: Rect; look: Look; seed: number }
  | { readonly do: 'close' | 'raise'; window: number }
  | { readonly do: 'move'; window: number; x: number; y: number }
  | {
      readonly do: 'draw' | 'undelivered' | 'return';
      window: number;
      rect: Rect;
      look: Look;
      seed: number;
    }
  | { readonly do: 'play'; window: number; frames: number; seed: number }
  | { readonly do: 'type'; window: number; letters: number; at: number; seed: number }
  | { readonly do: 'scroll'; window: number; rect: Rect; dx: number; dy: number; seed: number }
  | { readonly do: 'resize'; window: number; w: number; h: number; look: Look; seed: number }
  | { readonly do: 'screen'; screen: number; size: ScreenSize }
  | { readonly do: 'plug'; size: ScreenSize }
  | { readonly do: 'wait'; ms: number }
  | { readonly do: (typeof PLAIN_ACTS)[number] };

const small = fc.nat({ max: 5 });
const seed = fc.nat({ max: 0xffff });
const look = fc.constantFrom(...LOOKS);

export function screenSize({ sidePx, minSidePx }: Measure): fc.Arbitrary<ScreenSize> {
  const side = fc.integer({ min: minSidePx, max: sidePx });
  return fc.record({
    widthPx: side,
    heightPx: side,
    scale120: fc.constantFrom(120, 120, 120, 150, 180, 240),
    transform: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.nat({ max: 7 }) },
    ),
  });
}

/** Sequences of what applications, people, terminals and networks do. */
export function sequences(measure: Measure): fc.Arbitrary<Act[]> {
  const { sidePx, acts } = measure;
  const side = fc.integer({ min: 1, max: sidePx });
  const place = fc.integer({ min: -40, max: sidePx });
  const shift = fc.integer({ min: -sidePx, max: sidePx });
  const within = fc.tuple(fc.nat({ max: sidePx }), fc.nat({ max: sidePx }), side, side);
  const size = screenSize(measure);
  const of = <T extends Act['do']>(name: T) => ({ do: fc.constant(name), window: small });
  const open = fc.record({
    do: fc.constant('open' as const),
    rect: fc.tuple(place, place, side, side),
    ...{ look, seed },
  });
  const rare = [
    fc.record({ ...of('undelivered' as const), rect: within, look, seed }),
    fc.record({ ...of('return' as const), rect: within, look, seed }),
    fc.record({ ...of('resize' as const), w: side, h: side, look, seed }),
    fc.record({ do: fc.constant('screen' as const), screen: small, size }),
    fc.record({ do: fc.constant('plug' as const), size }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 6000 }) }),
  ];
  const frequent = [
    fc.record({ ...of('draw' as const), rect: within, look, seed }),
    fc.record({
      ...of('type' as const),
      letters: fc.integer({ min: 1, max: 12 }),
      at: small,
      seed,
    }),
    fc.record({ ...of('move' as const), x: place, y: place }),
    fc.record({ ...of('scroll' as const), rect: within, dx: shift, dy: shift, seed }),
    fc.record({ do: fc.constantFrom('close' as const, 'raise' as const), window: small }),
    open,
  ];
  const act = fc.oneof(
    { weight: 8, arbitrary: fc.oneof(...frequent) },
    { weight: 2, arbitrary: fc.oneof(...rare) },
    { weight: 6, arbitrary: fc.record({ do: fc.constantFrom(...PLAIN_ACTS) }) },
  );
  return fc
    .tuple(open, fc.array(act, { maxLength: acts, size: 'max' }))
    .map(([first, rest]) => [first, ...rest]);
}

/** The same with films among them, long enough to be taken for such. */
export function filmSequences(measure: Measure): fc.Arbitrary<Act[]> {
  const play = fc.record({
    do: fc.constant('play' as const),
    window: small,
    frames: fc.integer({ min: 1, max: 45 }),
    seed,
  });
  return fc
    .tuple(play, sequences(measure), fc.option(play), sequences({ ...measure, acts: 3 }))
    .map(([first, some, second, more]) => [
      { do: 'open', rect: [3, 5, measure.sidePx - 20, measure.sidePx - 30], look: 'film', seed: 1 },
      { ...first, window: 0, frames: 30 + first.frames },
      ...some,
      ...(second ? [second] : []),
      ...more,
    ]);
}

/** Does it, and has the session look whether there is something to send. */
export async function perform(pair: Pair, act: Act): Promise<void> {
  if (act.do === 'play') return play(pair, act);
  if (act.do === 'type') return type(pair, act);
  if (act.do === 'breathe') return pair.breathe();
  toDesktop(pair, act);
  toTerminal(pair, act);
  pair.tick();
}

async function play(pair: Pair, act: Act & { do: 'play' }): Promise<void> {
  for (let i = 0; i < act.frames; i++) {
    pair.desktop.draw(act.window, [0, 0, 4096, 4096], 'film', act.seed + i);
    pair.later(40);
    pair.tick();
    await seen(pair);
  }
}

/** All that was before is shown; then letters, a part of which is on its way in the end. */
async function type(pair: Pair, act: Act & { do: 'type' }): Promise<void> {
  for (let i = 0; i < 3; i++) await seen(pair);
  for (let i = 0; i < act.letters; i++) {
    const rect: Rect = [9 * (i % 3), 13 * act.at, 8, 12];
    pair.desktop.draw(act.window, rect, 'text', act.seed + i);
    pair.later(i % 2 === 0 ? 70 : 20);
    pair.tick();
    if ((act.seed >> i) % 2 === 0) await seen(pair);
  }
}

async function seen(pair: Pair): Promise<void> {
  while (pair.finishOne());
  await pair.breathe();
  pair.deliver();
  pair.answer();
}

function toDesktop(pair: Pair, act: Act): void {
  const { desktop } = pair;
  switch (act.do) {
    case 'open':
      return desktop.open(act.rect, act.look, act.seed);
    case 'close':
      return desktop.close(act.window);
    case 'raise':
      return desktop.raise(act.window);
    case 'move':
      return desktop.move(act.window, act.x, act.y);
    case 'draw':
      return desktop.draw(act.window, act.rect, act.look, act.seed);
    case 'scroll':
      return desktop.scroll(act.window, act.rect, act.dx, act.dy, act.seed);
    case 'resize':
      return desktop.resizeWindow(act.window, act.w, act.h, act.look, act.seed);
    case 'screen':
      desktop.resizeScreen(act.screen, act.size);
      return pair.arrange();
    case 'plug':
      desktop.plug(act.size);
      return pair.arrange();
    case 'unplug':
      desktop.unplug();
      return pair.arrange();
    case 'lock':
      return desktop.lock();
    case 'unlock':
      return desktop.unlock();
  }
}

function toTerminal(pair: Pair, act: Act): void {
  switch (act.do) {
    case 'undelivered':
      return pair.whileUndeliverable(() =>
        pair.desktop.draw(act.window, act.rect, act.look, act.seed),
      );
    case 'return':
      return pair.reconnect(() => pair.desktop.draw(act.window, act.rect, act.look, act.seed));
    case 'finish':
      return void pair.finishOne();
    case 'deliver':
    case 'deliver-late':
      return pair.deliver(act.do === 'deliver-late');
    case 'answer':
      return pair.answer();
    case 'lose-acks':
      return pair.loseAcks();
    case 'key-frame':
    case 'corrupt':
      return pair.requestKeyFrames({ corrupt: act.do === 'corrupt' });
    case 'cut-steps':
      return pair.cutSteps();
    case 'reconnect':
      return pair.reconnect();
    case 'full-link':
    case 'free-link':
      pair.room = act.do === 'free-link';
      return;
    case 'wait':
      return pair.later(act.ms);
  }
}
