import anyTest, { type TestFn } from 'ava';
import { BadgeReader } from '../../firmware/card/badge-reader.ts';
import { parseCards } from '../../firmware/config/cards.ts';
import { nowUs } from '../../firmware/terminal.ts';
import { openLog } from '../../protocol/node/log.ts';
import { HandBus } from '../helpers/card/hand-bus.ts';
import { CardHouse, hasText, whyNoCardHouse } from '../helpers/card-house.ts';
import { eventually } from '../helpers/eventually.ts';
import type { HeldTerminal } from '../helpers/held-terminal.ts';
import type { House } from '../helpers/house.ts';

const test = anyTest as TestFn<{ cards: CardHouse }>;
const reason = whyNoCardHouse();
const live = reason === null ? test.serial : test.serial.skip;
if (reason !== null) test(`skipped: ${reason}`, (t) => t.pass());

const PATH = '/dev/hidraw0';
const [ANN, BEN] = ['04a1b2c3', '05a1b2c3'];

test.before(async (t) => {
  if (reason === null) t.context.cards = await CardHouse.open('badge-taps');
});
test.after.always(async (t) => {
  await t.context.cards?.end();
  await t.context.cards?.[Symbol.asyncDispose]();
});

/** A terminal with a badge reader. @returns it, and a hand that holds a badge to the reader for a moment */
async function terminal(house: House, name: string) {
  const parsed = parseCards({ 'badge-readers': [{ device: '0c27:3bfa' }] }, 'cards');
  const [config] = parsed.badgeReaders;
  if (!config) throw new Error('no badge reader');
  const bus = new HandBus();
  bus.plug(PATH);
  const log = openLog({ level: 'silent', name: 'test', readable: false });
  const reader = new BadgeReader({ config, bus, log, nowUs, lookMs: 20 });
  const held: HeldTerminal = await house.terminal(name, { readers: [reader] });
  await held.shows('insertCard');
  await eventually(() => {
    if (!bus.listeners.has(PATH)) throw new Error('the badge reader was not opened');
  });
  const tap = (badge: string) => {
    bus.report(PATH, badge);
    bus.report(PATH, '00000000');
  };
  return { held, tap };
}

const sessionOf = ({ showing }: HeldTerminal): string =>
  showing.what === 'session' ? showing.sessionId : '';

live(
  'a tap brings the session, the next one takes it; from elsewhere a tap fetches it',
  async (t) => {
    t.timeout(120_000);
    const { cards } = t.context;
    const house = await cards.begin('policy.unlock = ["nothing"]');
    await house.wradm('token', 'add', `badge:${ANN}`, house.users.add('a'));
    await house.wradm('token', 'add', `badge:${BEN}`, house.users.add('b'));
    const hall = await terminal(house, 'hall');
    const lab = await terminal(house, 'lab');

    hall.tap(ANN);
    await hall.held.shows('session');
    await hall.held.until('a window', hasText);
    hall.tap(ANN);
    await hall.held.shows('cardRemoved');
    hall.tap(ANN);
    await hall.held.shows('session');

    lab.tap(ANN);
    await lab.held.shows('session');
    await hall.held.shows('page');
    // The hall's reader counts the badge as inserted still.
    hall.tap(ANN);
    await hall.held.shows('session');
    await lab.held.shows('page');
    t.is((await house.sessions()).length, 1);

    const before = sessionOf(hall.held);
    hall.tap(BEN);
    await eventually(() => {
      const now = sessionOf(hall.held);
      if (now === '' || now === before) throw new Error(`session ${now} is shown`);
    });
    t.is((await house.sessions()).length, 2);
  },
);
