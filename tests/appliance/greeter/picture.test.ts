import test from 'ava';
import { elementsOf } from '../../../appliance/greeter/conversation/elements.ts';
import { type Event, INITIAL, type State } from '../../../appliance/greeter/conversation/state.ts';
import { transition } from '../../../appliance/greeter/conversation/transition.ts';
import { picture } from '../../../appliance/greeter/drawing/picture.ts';
import { ending, textWidth, wrapped } from '../../../appliance/greeter/drawing/text.ts';
import { THEMES } from '../../../appliance/greeter/drawing/theme.ts';
import { drawPixels } from '../../../appliance/greeter/window/svg-pixels.ts';
import type { BrokerMessage } from '../../../appliance/greeter/wire/greeter-messages.ts';
import { HELLO } from './scripted-broker.ts';

const LONG =
  'A very long sentence about what went wrong and what is to be done about it now. '.repeat(9);
const hello = {
  ...HELLO,
  shutdown: true,
  sessions: [
    { id: 'a', name: 'Desktop' },
    { id: 'b', name: 'Other' },
  ],
} as BrokerMessage;
const ask: BrokerMessage = { type: 'ask', login: 'a', reason: 'login', fixed: false };
const SECRET = { style: 'secret', text: 'Password: ' } as const;
const prompt = (...prompts: (BrokerMessage & { type: 'prompt' })['prompts']): BrokerMessage => ({
  type: 'prompt',
  login: 'a',
  round: 0,
  prompts,
});

const states: Record<string, (Event | BrokerMessage)[]> = {
  starting: [],
  name: [hello, ask],
  password: [hello, ask, prompt(SECRET)],
  'three fields': [hello, ask, prompt(SECRET, SECRET, { style: 'visible', text: LONG })],
  'long words': [
    hello,
    ask,
    { type: 'message', login: 'a', style: 'error', text: LONG },
    { type: 'message', login: 'a', style: 'info', text: LONG },
    prompt(SECRET),
  ],
  'keyboard menu': [hello, ask, { type: 'press', element: 'keyboard' }],
  'shutdown menu': [hello, ask, { type: 'press', element: 'shutdown' }],
  failed: [
    hello,
    ask,
    { type: 'failed', login: 'a', code: 'wait', message: LONG, retryAfterMs: 1 },
  ],
  accepted: [hello, ask, { type: 'accepted', login: 'a' }],
};

function stateOf(events: readonly (Event | BrokerMessage)[], large: boolean): State {
  let state: State = { ...INITIAL, large };
  for (const item of events) {
    const event = item.type === 'press' ? (item as Event) : { type: 'broker', message: item };
    state = transition(state, event as Event, 0).state;
  }
  return state;
}

const sizes = [
  [640, 480],
  [1024, 600],
  [1280, 800],
  [1920, 1080],
  [3840, 2160],
  [1080, 1920],
] as const;

for (const [name, events] of Object.entries(states)) {
  test(`${name}: everything that can be pressed can be seen, at every size`, (t) => {
    for (const [width, height] of sizes) {
      for (const large of [false, true]) {
        const state = stateOf(events, large);
        const view = picture(state, { width, height });
        const where = `${width}x${height}${large ? ' large' : ''}`;
        for (const id of elementsOf(state)) {
          const piece = view.pieces.find(({ element }) => element === id);
          if (!piece) return t.fail(`${where}: ${id} is not drawn`);
          const right = (piece.x + piece.width) * view.zoom;
          const bottom = (piece.y + piece.height) * view.zoom;
          t.true(piece.x >= 0 && piece.y >= 0, `${where}: ${id}`);
          t.true(right <= width + 0.01 && bottom <= height + 0.01, `${where}: ${id} ${bottom}`);
        }
        t.is(new Set(view.pieces.map(({ key }) => key)).size, view.pieces.length);
      }
    }
  });
}

test('fields and buttons do not lie over each other', (t) => {
  for (const [width, height] of sizes) {
    const view = picture(stateOf(states['three fields'] ?? [], true), { width, height });
    const boxes = view.pieces.filter(({ element }) => element !== null);
    for (const [at, a] of boxes.entries()) {
      for (const b of boxes.slice(at + 1)) {
        const apart =
          a.x + a.width <= b.x + 0.01 ||
          b.x + b.width <= a.x + 0.01 ||
          a.y + a.height <= b.y + 0.01 ||
          b.y + b.height <= a.y + 0.01;
        t.true(apart, `${width}x${height}: ${a.key} and ${b.key}`);
      }
    }
  }
});

test('only what changed is another piece', (t) => {
  const before = stateOf(states['password'] ?? [], false);
  const after = transition(before, { type: 'text', codePoint: 0x61 }, 0).state;
  const size = { width: 1920, height: 1080 };
  const old = new Map(picture(before, size).pieces.map(({ key, svg }) => [key, svg]));
  const changed = picture(after, size).pieces.filter(({ key, svg }) => old.get(key) !== svg);
  t.deepEqual(
    changed.map(({ key }) => key),
    ['answer:0'],
  );
});

test('how long a password is cannot be told from a field that is full', (t) => {
  const typed = (count: number) => {
    let state = stateOf(states['password'] ?? [], false);
    for (let i = 0; i < count; i++)
      state = transition(state, { type: 'text', codePoint: 0x61 }, 0).state;
    return picture(state, { width: 1280, height: 800 }).pieces.find(({ key }) => key === 'answer:0')
      ?.svg;
  };
  t.not(typed(5), typed(6));
  t.is(typed(60), typed(61));
});

test('text is cut and broken to its room', (t) => {
  t.deepEqual(wrapped('one two  three\n', 10, 60, 5), ['one two', 'three']);
  t.is(wrapped(LONG, 10, 100, 3).length, 3);
  t.true(wrapped('x'.repeat(500), 10, 100, 3).every((line) => textWidth(line, 10) <= 100));
  t.true(textWidth(ending('W'.repeat(99), 10, 100), 10) <= 100);
  t.deepEqual(wrapped(' \u202e ', 10, 100, 3), []);
});

test('texts stand out from their ground', (t) => {
  const luminance = (colour: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  for (const [name, theme] of Object.entries(THEMES)) {
    const least = name === 'high' ? 20 : 7;
    for (const ground of [theme.ground, theme.field, theme.button])
      for (const text of [theme.text, theme.faint, theme.error])
        t.true(contrast(text, ground) >= least, `${name}: ${text} on ${ground}`);
    t.true(contrast(theme.onPrimary, theme.primary) >= 4.5, name);
    t.true(contrast(theme.focus, theme.ground) >= 4.5, name);
  }
});

test('pixels come in the order of XRGB', async (t) => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="1"><rect width="2" height="1" fill="#123456"/></svg>';
  t.deepEqual([...(await drawPixels(svg))], [0xff123456, 0xff123456]);
});
