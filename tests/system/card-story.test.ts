import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { PASSWORD } from '../appliance/sessd/rig.ts';
import { makePivCard } from '../helpers/card/make-card.ts';
import {
  CardHouse,
  codeOf,
  eventsOf,
  hasButton,
  hasText,
  typeName,
  whyNoCardHouse,
} from '../helpers/card-house.ts';
import { eventually } from '../helpers/eventually.ts';
import type { HeldTerminal } from '../helpers/held-terminal.ts';
import type { House } from '../helpers/house.ts';
import { repository } from '../helpers/program.ts';

// Nothing is a stand-in: pcscd, the greeter, PAM, foot. The cards alone are ours.
const test = anyTest as TestFn<{ cards: CardHouse }>;
const reason = whyNoCardHouse();
const live = reason === null ? test.serial : test.serial.skip;
if (reason !== null) test(`skipped: ${reason}`, (t) => t.pass());

test.before(async (t) => {
  if (reason === null) t.context.cards = await CardHouse.open('card-story');
});
test.afterEach.always(async (t) => {
  await t.context.cards?.end();
});
test.after.always(async (t) => {
  await t.context.cards?.[Symbol.asyncDispose]();
});

const GRACE = [
  'tokens.registration = "first-use"',
  'policy.unlock = ["password"]',
  'policy.unlock-within-grace = ["card-key"]',
  'policy.grace = "5m"',
].join('\n');
const WRSESSION = `${process.execPath} ${repository}appliance/session/wrsession-main.js`;

const seen = (terminal: HeldTerminal, what: string) =>
  terminal.history.filter((showing) => showing.what === what).length;

async function stateOf(house: House): Promise<string | undefined> {
  return (await house.sessions())[0]?.state;
}

/** What is typed there is on the screen. */
async function write(terminal: HeldTerminal, text: string) {
  const before = await terminal.settled();
  terminal.type(text);
  await terminal.until(text, (picture) => picture.changedSince(before) !== null);
  return terminal.settled();
}

/** Takes the card out, and looks at what is left of the session in the terminal's memory. */
async function takeOut(
  t: ExecutionContext<{ cards: CardHouse }>,
  terminal: HeldTerminal,
  slot: 0 | 1,
) {
  const memory = terminal.terminal.picture?.framebuffer.bytes;
  t.true(memory?.some((byte) => byte !== 0));
  await t.context.cards.bench.clear(slot);
  await terminal.shows('cardRemoved');
  t.is(terminal.terminal.picture, null);
  t.false(memory?.some((byte) => byte !== 0));
}

live('a card is registered at first use, and foot follows it, bit for bit', async (t) => {
  t.timeout(120_000);
  const { cards } = t.context;
  const { bench } = cards;
  const house = await cards.begin(GRACE);
  const ann = house.users.add('a');
  const card = await makePivCard();
  const hall = await cards.terminal('hall', 0);
  const lab = await cards.terminal('lab', 1, { width: 1600, height: 1000, scale: 2 });
  await hall.shows('insertCard');
  await cards.shot(hall, 'insert-card');
  await lab.shows('insertCard');

  await bench.insert(card, 0);
  await hall.shows('greeter');
  await hall.until('the login screen', hasButton);
  await hall.settled();
  await cards.shot(hall, 'first-use');
  await typeName(hall, ann);
  await cards.shot(hall, 'password');
  hall.type(PASSWORD);
  hall.press('Enter');
  await hall.shows('session');
  await hall.until('a window', hasText);
  await write(hall, 'echo "this text follows the card: $((6 * 7))"\n');
  const written = await write(hall, 'echo and this line is not sent');
  await cards.shot(hall, 'session-in-the-hall');

  await takeOut(t, hall, 0);
  await cards.shot(hall, 'card-removed');
  t.is(await stateOf(house), 'suspended');

  await bench.insert(card, 1);
  await lab.shows('session');
  await lab.until('the window', hasText);
  t.is(seen(lab, 'greeter'), 0, 'nothing is typed');
  const there = await lab.settled();
  t.deepEqual([there.width, there.height], [1600, 1000]);
  await cards.shot(lab, 'session-in-the-lab');
  await write(lab, ' yet');
  await takeOut(t, lab, 1);

  await bench.insert(card, 0);
  await hall.shows('session');
  await hall.until('the window again', hasText);
  const more = await hall.settled();
  const typed = more.changedSince(written);
  t.true(typed !== null && typed.height < 40 && typed.width < 80, JSON.stringify(typed));
  for (let i = 0; i < ' yet'.length; i++) hall.press('Backspace');
  await hall.until('what it was', (picture) => picture.changedSince(written) === null);

  // The same card in both: whoever came last has it, the other is told.
  await bench.insert(card, 1);
  await lab.shows('session');
  await hall.shows('replaced');
  await cards.shot(hall, 'shown-elsewhere');
  t.is(hall.terminal.picture, null);
  await lab.until('the window', hasText);

  // Locked, and opened by its password where it is.
  const [session] = await house.sessions();
  await house.wradm('session', 'lock', session?.id ?? '');
  await lab.shows('greeter');
  await lab.until('a field for the password', hasButton);
  await lab.settled();
  await cards.shot(lab, 'locked');
  lab.type('not it');
  lab.press('Enter');
  await lab.until('a wait', (picture) => !hasButton(picture));
  await lab.until('another try', hasButton);
  await lab.settled();
  await cards.shot(lab, 'locked-wrong-password');
  lab.type(PASSWORD);
  lab.press('Enter');
  await lab.shows('session');
  await lab.until('the window', hasText);
  await lab.settled();
  await cards.shot(lab, 'unlocked');

  for (let i = 0; i < 60; i++) lab.press('Backspace');
  lab.type(`${WRSESSION} logout\n`);
  await lab.shows('ended');
  await cards.shot(lab, 'logged-out');
  t.deepEqual(await house.sessions(), []);
});

live(
  'a PIN is typed at the terminal; a card that is removed from the list opens nothing',
  async (t) => {
    t.timeout(120_000);
    const { cards } = t.context;
    const { bench } = cards;
    const house = await cards.begin('policy.unlock = ["pin", "password"]');
    const [ann, bob] = [house.users.add('p'), house.users.add('q')];
    const card = await makePivCard();
    await cards.register(card, ann);
    const hall = await cards.terminal('hall', 0, { width: 1280, height: 720 });
    const lab = await cards.terminal('lab', 1, { scale: 1.5 });
    await hall.shows('insertCard');

    await bench.insert(card, 0);
    await hall.shows('pin');
    hall.type('00000');
    await cards.shot(hall, 'pin');
    hall.type('0\n');
    await hall.shows('pin');
    await eventually(() => {
      const { showing } = hall;
      if (showing.what !== 'page' || !showing.page.detail.includes('2 tries are left. Type'))
        throw new Error(JSON.stringify(showing));
    });
    await cards.shot(hall, 'pin-wrong');
    hall.type('123456\n');
    await hall.shows('session');
    await hall.until('a window', hasText);
    const picture = await hall.settled();

    // Locked: its PIN opens it, or the password instead.
    const [session] = await house.sessions();
    await house.wradm('session', 'lock', session?.id ?? '');
    await hall.shows('pin');
    await cards.shot(hall, 'locked-pin');
    hall.press('Escape');
    await hall.shows('greeter');
    await hall.until('a field for the password', hasButton);
    hall.type(`${PASSWORD}\n`);
    await hall.shows('session');
    await hall.until('the window', (now) => now.changedSince(picture) === null);

    // Somebody else's card at the terminal of a session that is locked: theirs, and nothing of this one.
    const other = await makePivCard();
    const registered = await cards.register(other, bob);
    await house.wradm('session', 'lock', session?.id ?? '');
    await hall.shows('pin');
    await bench.insert(other, 0);
    await hall.shows('pin');
    hall.type('123456\n');
    const shown = await hall.shows('session');
    t.true(shown.what === 'session' && shown.sessionId !== session?.id);
    await hall.until('a window of somebody else', hasText);
    await hall.settled();
    await cards.shot(hall, 'somebody-else');
    const states = Object.fromEntries((await house.sessions()).map(({ id, state }) => [id, state]));
    t.is(states[session?.id ?? ''], 'suspended');

    // The card is nobody's any more, as long as it lies there.
    await house.wradm('token', 'remove', registered);
    const code = await codeOf(hall, 'unknownCard');
    t.is(hall.terminal.picture, null);
    await cards.shot(hall, 'unknown-card');
    t.regex(code, /^WR-2-[0-9A-Z]{4}$/);
    t.regex(await eventsOf(house, code), /page-shown/);
    await bench.insert(card, 1);
    await lab.shows('pin');
    await cards.shot(lab, 'pin-large');
  },
);
