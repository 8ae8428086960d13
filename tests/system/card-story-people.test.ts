import anyTest, { type TestFn } from 'ava';
import { PASSWORD } from '../appliance/sessd/rig.ts';
import { makePivCard } from '../helpers/card/make-card.ts';
import {
  CardHouse,
  codeOf,
  eventsOf,
  hasButton,
  hasText,
  logIn,
  typeName,
  whyNoCardHouse,
} from '../helpers/card-house.ts';
import type { HeldTerminal } from '../helpers/held-terminal.ts';

const test = anyTest as TestFn<{ cards: CardHouse }>;
const reason = whyNoCardHouse();
const live = reason === null ? test.serial : test.serial.skip;
if (reason !== null) test(`skipped: ${reason}`, (t) => t.pass());

test.before(async (t) => {
  if (reason === null) t.context.cards = await CardHouse.open('card-story-people');
});
test.afterEach.always(async (t) => {
  await t.context.cards?.end();
});
test.after.always(async (t) => {
  await t.context.cards?.[Symbol.asyncDispose]();
});

/** Of the border around the field that is typed into. */
const isFocus = (rgb: number) => rgb === 0x8fc3ff;

/**
 * Answers the question that the login screen asks now; resolves when it asks another one: when something changes besides
 * what is in the field, and besides the clock above. What comes between may be too short for a frame of its own.
 */
async function answer(terminal: HeldTerminal, text: string) {
  const before = await terminal.settled();
  const below = { x: 0, y: 150, width: before.width, height: before.height - 150 };
  const field = before.bounds(isFocus, below);
  if (!field) throw new Error('no field has the focus');
  terminal.type(`${text}\n`);
  await terminal.until('another question', (picture) => {
    const changed = picture.changedSince(before, below);
    if (!changed || !hasButton(picture)) return false;
    return changed.y < field.y || changed.y + changed.height > field.y + field.height;
  });
  return terminal.settled();
}

live('a terminal waits, is let in, and is dark as soon as it is revoked', async (t) => {
  t.timeout(120_000);
  const { cards } = t.context;
  const house = await cards.begin(
    'terminals.admission = "approval"\npolicy.unlock = ["card-key"]\n',
  );
  const card = await makePivCard();
  await cards.register(card, house.users.add('r'));
  const hall = await cards.terminal('hall', 0);
  const code = await codeOf(hall, 'waitingApproval');
  await cards.shot(hall, 'waits-for-approval');
  t.regex(await eventsOf(house, code), /page-shown/);
  await cards.bench.insert(card, 0);
  await house.wradm('terminal', 'approve', 'hall');
  // The card that lay there counts from now on.
  await hall.shows('session');
  await hall.until('a window', hasText);
  await hall.settled();
  await cards.shot(hall, 'approved');
  const memory = hall.terminal.picture?.framebuffer.bytes;
  await house.wradm('terminal', 'revoke', 'hall');
  const revoked = await codeOf(hall, 'revoked');
  await cards.shot(hall, 'revoked');
  t.false(memory?.some((byte) => byte !== 0));
  t.regex(await eventsOf(house, revoked), /hall/);
  t.is((await house.sessions())[0]?.state, 'suspended');
});

live('without a card: a name and a password find the session at another terminal', async (t) => {
  t.timeout(120_000);
  const { cards } = t.context;
  const house = await cards.begin('greeter.idle-page = "greeter"\n');
  const ann = house.users.add('s');
  const hall = await cards.terminal('hall', 0);
  await hall.shows('greeter');
  await hall.until('the login screen', hasButton);
  const first = await hall.settled();
  hall.press('F8');
  await hall.until('high contrast', (picture) => !hasButton(picture));
  const plain = await hall.settled();
  hall.press('F9');
  await hall.until('large text', (picture) => picture.changedShare(plain) > 0.01);
  await hall.settled();
  await cards.shot(hall, 'large-with-high-contrast');
  for (const key of ['F9', 'F8']) hall.press(key);
  // But for the clock.
  await hall.until('what it was', (picture) => picture.changedShare(first) < 0.01);
  await logIn(hall, ann);
  const empty = await hall.settled();
  hall.type('echo typed in the hall');
  await hall.until('the text', (picture) => (picture.changedSince(empty)?.width ?? 0) > 100);
  await hall.settled();
  await cards.shot(hall, 'in-the-hall');
  const lab = await cards.terminal('lab', 1, { width: 1500, height: 900, scale: 1.5 });
  await typeName(lab, ann);
  await cards.shot(lab, 'name-in-the-lab');
  const failed = await answer(lab, 'not it');
  await cards.shot(lab, 'wrong-password');
  // The name stands there still.
  lab.press('Enter');
  await lab.until(
    'the password is asked for',
    (picture) => hasButton(picture) && picture.changedShare(failed) > 0.0005,
  );
  await lab.settled();
  lab.type(`${PASSWORD}\n`);
  await lab.shows('session');
  await lab.until('the window', hasText);
  await lab.settled();
  await cards.shot(lab, 'in-the-lab');
  await hall.shows('replaced');
  t.is(hall.terminal.picture, null);
  t.is((await house.sessions()).length, 1);
});

live('who has to choose a new password is asked for it, twice', async (t) => {
  t.timeout(120_000);
  const { cards } = t.context;
  const house = await cards.begin('greeter.idle-page = "greeter"\n');
  const eve = house.users.add('x', ['chage', '-d', '0']);
  const hall = await cards.terminal('hall', 0);
  await typeName(hall, eve);
  await answer(hall, PASSWORD);
  await cards.shot(hall, 'password-expired');
  const chosen = 'Another-Horse-8-Staple';
  // pam_unix asks for the old one again, and for the new one twice.
  await answer(hall, PASSWORD);
  await cards.shot(hall, 'new-password');
  await answer(hall, chosen);
  await cards.shot(hall, 'new-password-again');
  hall.type(`${chosen}\n`);
  await hall.shows('session');
  await hall.until('a window', hasText);
  await house.wradm('session', 'kill', (await house.sessions())[0]?.id ?? '');
  await hall.shows('page');
  hall.press('Enter');
  await typeName(hall, eve);
  hall.type(`${chosen}\n`);
  await hall.shows('session');
  t.pass();
});
