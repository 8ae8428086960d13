/** A monitor that stands turned, with a scale, which goes off; slips in terminal.toml; the page that tells of all this. */
import assert from 'node:assert/strict';
import { makePage } from '../../../../firmware/screens/page.ts';
import { PageArt } from '../../../../firmware/screens/page-art.ts';
import type { PageName } from '../../../../firmware/screens/words.ts';
import { hasText, whyNoCardHouse } from '../../../helpers/card-house.ts';
import { Picture } from '../../../helpers/picture.ts';
import { chapter, type Stage } from '../chapter.ts';
import { CARD_ALONE, type Desk, openDesk, type ServerWords } from '../desk.ts';
import type { CursorPlace } from '../machine.ts';
import type { OneMachine, OneMachineOptions } from '../one-machine.ts';
import { settingsDisk } from '../settings-disk.ts';

/** Of the monitor as it is built, and of what a person sees of it. */
const [LONG, SHORT] = [1280, 720];
/** Of pages. */
const GROUND = 0x20242c;
/** Pixels of the cursor's picture around its tip, which is another one over text. */
const HOTSPOT_PX = 48;
/** As far as the edge: how far a mouse goes is the driver's choice. */
const PUSHES = 30;
const FAR_PX = 100;
const INFORMATION = 'Control+Alt+i';

export const settings = chapter(
  'settings',
  (stage: Stage) => openDesk(stage, { policy: CARD_ALONE, registered: true, boot }),
  {
    uprightPage,
    informationOverPage,
    monitorOff,
    turnedSession,
    turnedPointer,
    informationOverSession,
    pageAgain,
  },
  whyNoCardHouse,
);

function boot({ server, pin, folder }: ServerWords): OneMachineOptions {
  const lines = [
    `server = "${server}"`,
    `pin = "${pin}"`,
    'name = "upright"',
    '[display]',
    'off-after-minutes = 1',
    '[[display.output]]',
    'match = "Virtual-1"',
    'rotate = 90',
    'scale = 1.25',
    '[input]',
    'tap = "sometimes"',
    '[cards]',
    'reader = ["OMNIKEY"]',
  ];
  return { extra: settingsDisk(folder, `${lines.join('\n')}\n`) };
}

/** What is right in the file counts, whatever else is in it. */
async function uprightPage({ at }: Desk): Promise<void> {
  const { machine, screen } = at;
  await showsUpright(at, 'insertCard');
  await screen.keep('insert-card');
  assert.match(machine.console, /"monitor":"Virtual-1".*"scale":1\.25,"rotate":90/);
  assert.match(machine.console, /terminal\.toml: input\.tap: expected/);
  assert.match(machine.console, /terminal\.toml: .*cards\.reader/);
}

async function informationOverPage({ at }: Desk): Promise<void> {
  await toggleInformation(at, 'information-over-page');
}

/** Nobody is there: the page's monitor goes off; a key lights it and does nothing else. */
async function monitorOff({ at }: Desk): Promise<void> {
  const { machine, screen, keyboard } = at;
  const lit = await screen.look();
  const since = machine.console.length;
  await machine.says(/monitors off/, since);
  await screen.until('a monitor that is off', (picture) => picture.changedSince(lit) !== null);
  await screen.keep('off');
  await keyboard.press('Shift');
  await machine.says(/monitors on/, since);
  await showsUpright(at, 'insertCard');
}

/** What is typed stands across the memory's rows, which are the columns that a person sees. */
async function turnedSession({ at, reader, card }: Desk): Promise<void> {
  const { screen, keyboard } = at;
  await reader.insert(card);
  await screen.until('a window', hasText);
  const before = await screen.settled();
  await screen.keep('session');
  await keyboard.type('# a line of text on a turned monitor');
  await screen.until('the line', (picture) => {
    const line = picture.changedSince(before);
    return line !== null && line.height > 200 && line.width < 100;
  });
  await screen.settled();
  await screen.keep('text');
}

/** By the mouse: right is the way up the monitor's memory, down is right there. */
async function turnedPointer({ at: { machine, screen, pointer } }: Desk): Promise<void> {
  const isMiddle = ({ x, y }: CursorPlace) =>
    Math.abs(x - LONG / 2) <= HOTSPOT_PX && Math.abs(y - SHORT / 2) <= HOTSPOT_PX;
  await pointer.point(0.25, 0.25);
  await machine.cursorIs('elsewhere', (cursor) => !isMiddle(cursor));
  await pointer.point(0.5, 0.5);
  const middle = await machine.cursorIs('in the middle', isMiddle);
  assert.ok(middle.image > 0, 'the cursor is shown');
  for (let i = 0; i < PUSHES; i++) await pointer.push(60, 0);
  const right = await machine.cursorIs('to the right', ({ y }) => y < middle.y - FAR_PX);
  assert.ok(Math.abs(right.x - middle.x) <= HOTSPOT_PX, `${right.x} is as far down as before`);
  for (let i = 0; i < PUSHES; i++) await pointer.push(0, 60);
  const down = await machine.cursorIs('below', ({ x }) => x > middle.x + FAR_PX);
  assert.ok(down.y <= right.y + HOTSPOT_PX, `${down.y} is as far to the right as before`);
  await screen.keepWithCursor('pointer');
}

async function informationOverSession({ at }: Desk): Promise<void> {
  await toggleInformation(at, 'information-over-session');
}

async function pageAgain({ at, reader }: Desk): Promise<void> {
  await reader.remove();
  await showsUpright(at, 'cardRemoved');
  await at.screen.keep('card-removed');
}

/** Over whatever is shown, and away: the same pixels as before. */
async function toggleInformation(at: OneMachine, name: string): Promise<void> {
  const { screen, keyboard } = at;
  const before = await screen.settled();
  await keyboard.press(INFORMATION);
  await screen.until(
    'the information page',
    (picture) =>
      (picture.changedSince(before)?.width ?? 0) > picture.width / 2 &&
      picture.share((rgb) => rgb === GROUND) > 0.6,
  );
  await screen.settled();
  await screen.keep(name);
  await keyboard.press(INFORMATION);
  await screen.until('what was there', (picture) => picture.changedSince(before) === null);
}

/** The page as it is drawn on this machine, upright for a person whose monitor is turned clockwise: its top is at the left of the memory. */
async function showsUpright({ screen }: OneMachine, name: PageName): Promise<void> {
  const page = new Picture(await new PageArt().draw(makePage(name), SHORT, LONG));
  await screen.until(
    `the page ${name}, upright`,
    (picture) =>
      picture.width === LONG &&
      picture.height === SHORT &&
      picture.bounds((rgb, x, y) => rgb !== page.at(SHORT - 1 - y, x)) === null,
  );
}
