import test from 'ava';
import type { BrokerMessage } from '../../../appliance/greeter/wire/greeter-messages.ts';
import { isLight, like } from '../../helpers/picture.ts';
import { openGreeter, type Rig } from './greeter-rig.ts';
import { HELLO } from './scripted-broker.ts';

const ASK: BrokerMessage = { type: 'ask', login: 'a', reason: 'login', fixed: false };
const SECRET = { style: 'secret', text: 'Password: ' } as const;
const prompt = (...prompts: object[]) => ({ type: 'prompt', login: 'a', round: 0, prompts });
const FOCUS = like(0x8fc3ff, 4);
const ERROR = like(0xffb3a8, 4);
const YELLOW = like(0xffff00, 4);
/** What one key may take, to the terminal's picture, on a machine that does other things as well. */
const KEY_MS = 150;

/** Where the focused thing is, once that is so. */
async function focused({ desktop }: Rig, isRing = FOCUS) {
  const picture = await desktop.until('something with the focus', (now) => now.share(isRing) > 0);
  const box = picture.bounds(isRing);
  if (!box) throw new Error('nothing has the focus');
  return box;
}

test.serial('a person logs in with name, password and code; then the screen goes', async (t) => {
  const rig = await openGreeter(t, HELLO);
  const { broker, desktop } = rig;
  broker.send(ASK);
  await focused(rig);
  desktop.type('ada');
  desktop.press('Enter');
  t.deepEqual(await broker.told('begin'), { type: 'begin', login: 'a', user: 'ada' });
  broker.send(prompt(SECRET));
  await focused(rig);
  desktop.type('s3cret!x');
  desktop.press('Backspace');
  desktop.press('Enter');
  t.like(await broker.told('answer'), { round: 0, answers: [7] });
  t.deepEqual(broker.answers, ['s3cret!']);
  broker.send({ ...prompt({ style: 'visible', text: 'Code' }), round: 1 });
  await focused(rig);
  desktop.type('123456');
  desktop.press('Enter');
  t.like(await broker.told('answer', 2), { round: 1 });
  t.deepEqual(broker.answers, ['123456']);
  broker.send({ type: 'accepted', login: 'a' });
  broker.send({ type: 'bye' });
  t.is(await rig.exited(), 0);
  await desktop.until('nothing of it', (now) => now.share(isLight) === 0);
  t.regex(rig.logs(), /login screen ends/);
  t.notRegex(rig.logs(), /s3cret|123456|"ada"|wl_keyboard/);
});

test.serial('a key is seen at once', async (t) => {
  const rig = await openGreeter(t, HELLO, { width: 1920, height: 1080 });
  const { broker, desktop } = rig;
  broker.send({ ...ASK, user: 'ada', fixed: true });
  await broker.told('begin');
  broker.send(prompt(SECRET));
  const ring = await focused(rig);
  const inside = {
    ...ring,
    x: ring.x + 8,
    y: ring.y + 8,
    width: ring.width - 16,
    height: ring.height - 16,
  };
  const times: number[] = [];
  let before = await desktop.settled();
  for (let i = 0; i < 12; i++) {
    const began = performance.now();
    desktop.type('x');
    const known = before;
    before = await desktop.until('a dot', (now) => now.changedSince(known, inside) !== null);
    times.push(performance.now() - began);
    before = await desktop.settled();
  }
  times.sort((a, b) => a - b);
  const median = times[times.length >> 1] as number;
  t.log(`key to picture: median ${median.toFixed(1)} ms, worst ${times.at(-1)?.toFixed(1)} ms`);
  t.true(median < KEY_MS, `${median} ms`);
});

test.serial('dead keys compose, and another layout counts at once', async (t) => {
  const rig = await openGreeter(t, HELLO, { keyboard: 'us:intl' });
  const { broker, desktop } = rig;
  broker.send(ASK);
  await focused(rig);
  desktop.type("'e");
  desktop.press('Enter');
  t.like(await broker.told('begin'), { user: 'é' });
  broker.send({ type: 'failed', login: 'a', code: 'failed', message: 'Wrong.' });
  broker.send({ ...ASK, login: 'b' });
  await focused(rig);
  for (const key of ['Backspace', 'Tab', 'Tab', 'Tab', 'Enter', 'Home', 'Down', 'Enter'])
    desktop.press(key);
  t.deepEqual(await broker.told('keyboard'), { type: 'keyboard', layout: 'de', variant: '' });
  desktop.type("z;'");
  desktop.press('Enter');
  t.like(await broker.told('begin', 2), { login: 'b', user: 'yöä' });
});

test.serial('a failure with time to wait is shown and counted down', async (t) => {
  const rig = await openGreeter(t, HELLO);
  const { broker, desktop } = rig;
  broker.send(ASK);
  await focused(rig);
  desktop.type('ada');
  desktop.press('Enter');
  await broker.told('begin');
  const failure = {
    type: 'failed',
    login: 'a',
    code: 'wait',
    message: 'Wrong.',
    retryAfterMs: 30_000,
  };
  broker.send(failure);
  const shown = await desktop.until('the failure', (now) => now.share(ERROR) > 0);
  const box = shown.bounds(ERROR) ?? shown.whole;
  await desktop.until('the next second', (now) => now.changedSince(shown, box) !== null);
  broker.send({ ...ASK, login: 'b' });
  await focused(rig);
  t.true(desktop.look().share(ERROR) > 0);
});

test.serial('everything is there by pointer and touch, in high contrast and large', async (t) => {
  const rig = await openGreeter(t, { ...HELLO, shutdown: true, contrast: 'high' } as BrokerMessage);
  const { broker, desktop } = rig;
  broker.send(ASK);
  const small = await focused(rig, YELLOW);
  desktop.press('F9');
  await desktop.until('a higher field', (now) => (now.bounds(YELLOW)?.height ?? 0) > small.height);
  await desktop.settled();
  const field = await focused(rig, YELLOW);
  desktop.type('ada');
  // The buttons are below the field, Continue at its left edge.
  const submit = { x: field.x + 60, y: field.y + field.height * 2 };
  desktop.click(submit);
  t.like(await broker.told('begin'), { user: 'ada' });
  broker.send({ ...ASK, login: 'b' });
  await desktop.settled();
  desktop.touch('TouchDown', 1, submit);
  desktop.touchUp(1);
  t.like(await broker.told('begin', 2), { login: 'b', user: 'ada' });
});

test.serial('another size and scale are drawn sharp', async (t) => {
  const rig = await openGreeter(t, HELLO, { width: 1500, height: 900, scale: 1.5 });
  rig.broker.send(ASK);
  await focused(rig);
  const picture = await rig.desktop.resize(1200, 800);
  // A ring of one scale drawn to pixels has hardly any mixed colours along its straight sides.
  const ring = picture.bounds(FOCUS) ?? picture.whole;
  const middle = { x: ring.x, y: ring.y + (ring.height >> 1), width: 8, height: 1 };
  t.true(picture.colours(middle) <= 4);
  t.true(ring.x > 0 && ring.x + ring.width < 1200);
});

test.serial('the broker hangs up', async (t) => {
  const rig = await openGreeter(t, HELLO);
  rig.broker.send(ASK);
  await focused(rig);
  rig.broker.socket?.destroy();
  t.is(await rig.exited(), 1);
});

const HOSTILE: readonly [string, (rig: Rig) => void][] = [
  ['impossible lengths', ({ broker }) => broker.socket?.write(Buffer.alloc(64, 0xff))],
  ['no JSON', ({ broker }) => broker.socket?.write(frame('{"type":'))],
  ['a type that is not known', ({ broker }) => broker.send({ type: 'format_disk' })],
  ['a field that is too much', ({ broker }) => broker.send({ ...ASK, password: 'hush' })],
  [
    'a name with control characters',
    ({ broker }) => broker.send({ ...ASK, shownName: 'a\u0007b' }),
  ],
  ['far too many prompts', ({ broker }) => broker.send(prompt(...Array(99).fill(SECRET)))],
];

function frame(head: string): Buffer {
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(head.length, 0);
  return Buffer.concat([prefix, Buffer.from(head)]);
}

for (const [name, send] of HOSTILE) {
  test.serial(`a broker that sends ${name} is left, and not quoted`, async (t) => {
    const rig = await openGreeter(t, HELLO);
    rig.broker.send(ASK);
    await focused(rig);
    send(rig);
    t.is(await rig.exited(), 1);
    t.regex(rig.logs(), /the broker is gone/);
    t.notRegex(rig.logs(), /hush/);
  });
}

test.serial('words that would break the picture are only words', async (t) => {
  const rig = await openGreeter(t, HELLO);
  rig.broker.send(ASK);
  const text = `</text><script>&\u0000\u202e${'W'.repeat(1500)}\ud800`;
  rig.broker.send({ type: 'message', login: 'a', style: 'error', text });
  await rig.desktop.until('the words', (now) => now.share(ERROR) > 0);
  await focused(rig);
  rig.desktop.type('ada');
  rig.desktop.press('Enter');
  t.like(await rig.broker.told('begin'), { user: 'ada' });
});
