import { readFileSync } from 'node:fs';
import test from 'ava';
import { eventually } from '../helpers/eventually.ts';
import { Server } from '../helpers/server.ts';
import { runTerminal, type Step } from '../helpers/terminal.ts';

/** evdev codes: linux/input-event-codes.h */
const KEY = {
  leftShift: 42,
  rightAlt: 100,
  leftBrace: 26,
  apostrophe: 40,
  minus: 12,
  two: 3,
  o: 24,
  e: 18,
  n: 49,
  grave: 41,
  six: 7,
  enter: 28,
} as const;
const ENTER: Step = { type: 'key', code: KEY.enter };

const key = (code: number): Step => ({ type: 'key', code });
const withHeld = (held: number, code: number): Step[] => [
  { type: 'key', code: held, pressed: true },
  key(code),
  { type: 'key', code: held, pressed: false },
];

/** Types into a real terminal application and gives the line that its program read. */
async function typed(
  t: import('ava').ExecutionContext,
  exec: (file: string) => string,
  keyboard: string,
  keys: readonly Step[],
): Promise<string> {
  const server = await Server.start({ exec: exec('line'), env: { LANG: 'C.UTF-8' } });
  t.teardown(() => server.stop());
  const file = server.file('home/line');
  await eventually(() => readFileSync(`${file}.ready`));
  const { status, stderr } = await runTerminal(server, { keyboard, script: [...keys, ENTER] });
  t.is(status, 0, stderr);
  return eventually(() => {
    const line = readFileSync(file, 'utf8');
    if (!line.endsWith('\n'))
      throw new Error(`only ${JSON.stringify(line)}; session: ${server.sessionLog}`);
    return line.trim();
  });
}

/** foot tells when its shell runs; the window has the focus by then. */
const foot = (file: string): string => `cd && foot sh -c 'touch ${file}.ready; head -n 1 >${file}'`;

for (const { layout, keys, text } of [
  {
    layout: 'de',
    keys: [key(KEY.apostrophe), key(KEY.minus), ...withHeld(KEY.rightAlt, KEY.e)],
    text: 'äß€',
  },
  { layout: 'fr', keys: [key(KEY.two), key(KEY.leftBrace), key(KEY.o)], text: 'éô' },
  {
    layout: 'us:intl',
    keys: [
      key(KEY.apostrophe),
      key(KEY.e),
      ...withHeld(KEY.rightAlt, KEY.n),
      ...withHeld(KEY.leftShift, KEY.six),
      key(KEY.o),
    ],
    text: 'éñô',
  },
]) {
  test(`${layout} keys arrive as ${text} in foot`, async (t) => {
    t.is(await typed(t, foot, layout, keys), text);
  });
}
