import test from 'ava';
import { BTN_LEFT } from '../../../appliance/wm/bindings.ts';
import { noEdges, overlap } from '../../../appliance/wm/geometry.ts';
import type { Change } from '../../../appliance/wm/policy.ts';
import { area, Desktop, resized, screen } from './desktop.ts';

test('after the screen shrank every window fits and can be reached', (t) => {
  const desk = new Desktop();
  desk.open(1, { width: 900, height: 700 });
  desk.open(2);
  desk.feed({ kind: 'request', id: 2, request: { type: 'place', at: { x: 950, y: 790 } } });
  const small = { x: 0, y: 0, width: 640, height: 480 };
  desk.feed({ kind: 'outputs', outputs: [screen(small)] });
  t.deepEqual(desk.proposal(1)?.size, { width: 640, height: 480 });
  for (const { id, at } of desk.render.windows) {
    const size = desk.sizes.get(id) ?? { width: 0, height: 0 };
    t.true(overlap(small, { ...at, ...size }) >= 64 * 64);
  }
});

test('windows keep their share of a screen that becomes another', (t) => {
  const desk = new Desktop();
  desk.open(1);
  desk.open(2);
  desk.feed({ kind: 'request', id: 2, request: { type: 'place', at: { x: 700, y: 150 } } });
  desk.feed(resized(1920, 1080));
  t.deepEqual(desk.at(1), { x: 810, y: 440 });
  t.deepEqual(desk.at(2), { x: 1620, y: 220 });
});

test('many screens in a row neither shift nor shrink a window', (t) => {
  const desk = new Desktop();
  desk.open(1, { width: 301, height: 203 }, { decoration: 'any' });
  desk.open(2, { width: 901, height: 703 });
  const before = [desk.at(1), desk.at(2)];
  for (const [width, height] of [
    [777, 555],
    [333, 1200],
    [1281, 799],
  ] as const) {
    desk.feed(resized(width, height));
  }
  desk.feed(resized(area.width, area.height));
  t.deepEqual([desk.at(1), desk.at(2)], before);
  t.deepEqual(desk.sizes.get(2), { width: 901, height: 703 });
});

test('what the user moved on another screen is there when that screen is back, and only there', (t) => {
  const desk = new Desktop();
  desk.open(1);
  const first = desk.at(1);
  desk.feed(resized(600, 400));
  desk.press(1, 160, 110, 'titleBar');
  desk.feed({ kind: 'pointerReleased', at: { x: 10, y: 10 }, cancelled: false });
  t.deepEqual(desk.at(1), { x: 0, y: 0 });
  desk.feed(resized(area.width, area.height));
  t.deepEqual(desk.at(1), first);
  desk.feed(resized(600, 400));
  t.deepEqual(desk.at(1), { x: 0, y: 0 });
});

/** A window of 700x500 with a title bar, on a screen that has 640x448 for it. */
function squeezed(): Desktop {
  const desk = new Desktop();
  desk.open(1, { width: 700, height: 500 }, { decoration: 'any' });
  desk.feed(resized(640, 480));
  return desk;
}

test('a window too large for another screen fits, with its title bar, and grows again on any that has room', (t) => {
  const desk = squeezed();
  t.deepEqual(desk.sizes.get(1), { width: 640, height: 448 });
  t.deepEqual(desk.at(1), { x: 0, y: 32 });
  desk.feed(resized(1600, 520));
  t.deepEqual(desk.sizes.get(1), { width: 700, height: 488 });
  t.deepEqual(desk.at(1), { x: 450, y: 32 });
  desk.feed(resized(1600, 900));
  t.deepEqual(desk.sizes.get(1), { width: 700, height: 500 });
  t.deepEqual(desk.at(1), { x: 450, y: 216 });
});

test('a window that was made to fit and moved grows again', (t) => {
  const desk = squeezed();
  desk.press(1, 300, 10, 'titleBar');
  desk.feed({ kind: 'pointerReleased', at: { x: 320, y: 40 }, cancelled: false });
  t.deepEqual(desk.at(1), { x: 20, y: 62 });
  desk.feed(resized(area.width, area.height));
  desk.feed(resized(640, 480));
  t.deepEqual(desk.at(1), { x: 20, y: 62 }, 'where the user had it');
  desk.feed(resized(1600, 900));
  t.deepEqual(desk.sizes.get(1), { width: 700, height: 500 });
});

test('a window that the user sized after it was made to fit keeps that size', (t) => {
  const desk = squeezed();
  const at = { x: 640, y: 300 };
  const edges = { ...noEdges, right: true };
  desk.feed({ kind: 'press', id: 1, part: 'border', edges, at, button: BTN_LEFT, timeMs: 0 });
  desk.feed({ kind: 'pointerReleased', at: { x: 540, y: 300 }, cancelled: false });
  desk.feed(resized(1600, 900));
  t.deepEqual(desk.sizes.get(1), { width: 540, height: 448 });
});

test('a client that takes another size after it was made to fit keeps that size', (t) => {
  const desk = squeezed();
  desk.sizes.set(1, { width: 320, height: 200 });
  desk.policy.renderStart({
    windows: [{ id: 1, size: { width: 320, height: 200 }, settled: true }],
  });
  desk.feed(resized(1600, 900));
  t.deepEqual(desk.sizes.get(1), { width: 320, height: 200 });
});

test('a client that rounds the size it is to fit in has not chosen another', (t) => {
  const desk = new Desktop();
  desk.open(1, { width: 700, height: 500 }, { decoration: 'any' });
  desk.answer = ({ width, height }) => ({ width: width - (width % 7), height });
  desk.feed(resized(640, 480));
  t.deepEqual(desk.sizes.get(1), { width: 637, height: 448 });
  desk.feed(resized(1600, 900));
  t.deepEqual(desk.sizes.get(1), { width: 700, height: 500 });
});

test('no window is asked to be smaller than it can be; its title bar is on the screen', (t) => {
  const desk = new Desktop();
  const minSize = { width: 660, height: 100 };
  desk.open(1, { width: 700, height: 500 }, { decoration: 'any', minSize });
  desk.feed(resized(640, 480));
  t.deepEqual(desk.sizes.get(1), { width: 660, height: 448 });
  t.deepEqual(desk.at(1), { x: 0, y: 32 });
});

test('a new window too large for its screen is asked to fit, and has its own size where there is room', (t) => {
  const usable = { x: 0, y: 30, width: 640, height: 450 };
  const desk = new Desktop();
  const small = screen({ x: 0, y: 0, width: 640, height: 480 });
  desk.feed({ kind: 'outputs', outputs: [{ ...small, usable }] });
  desk.open(1, { width: 700, height: 500 }, { decoration: 'any' });
  t.deepEqual(desk.sizes.get(1), { width: 640, height: 418 });
  t.deepEqual(desk.at(1), { x: 0, y: 62 });
  desk.feed(resized(1600, 900));
  t.deepEqual(desk.sizes.get(1), { width: 700, height: 500 });
  t.deepEqual(desk.at(1), { x: 450, y: 216 });
});

test('maximised on a small screen, a window floats as large as fits there and as chosen elsewhere', (t) => {
  const desk = squeezed();
  desk.fire('up');
  t.deepEqual(desk.sizes.get(1), { width: 640, height: 448 });
  desk.feed(resized(1600, 900));
  t.deepEqual(desk.sizes.get(1), { width: 1600, height: 868 });
  desk.feed({ kind: 'request', id: 1, request: { type: 'unmaximize' } });
  t.deepEqual(desk.sizes.get(1), { width: 700, height: 500 });
});

const wide = { x: 0, y: 0, width: 2560, height: 1440 };
const beside = { x: 2560, y: 0, width: 1920, height: 1200 };
const laptop = { x: 0, y: 0, width: 1366, height: 768 };
/** A desk with two screens, and a laptop; the connectors, and with them the ids, are never the same. */
const office = (left: number, right: number): Change => ({
  kind: 'outputs',
  outputs: [screen(wide, left, 'Acme 27'), screen(beside, right, 'Bolt 24')],
});
const onTheWay: Change = { kind: 'outputs', outputs: [screen(laptop, 7, 'Lap 13')] };

test('two screens come back after a small one: each window is where it was on them', (t) => {
  const desk = new Desktop();
  desk.feed(office(1, 2));
  desk.open(1, { width: 1200, height: 900 });
  desk.feed({ kind: 'request', id: 1, request: { type: 'place', at: { x: 1111, y: 321 } } });
  desk.open(2, { width: 1000, height: 1000 });
  desk.feed({ kind: 'request', id: 2, request: { type: 'place', at: { x: 3000, y: 77 } } });
  desk.open(3);
  desk.feed({ kind: 'request', id: 3, request: { type: 'place', at: { x: 3100, y: 300 } } });
  desk.feed({ kind: 'request', id: 3, request: { type: 'maximize' } });
  t.like(desk.proposal(3)?.size, { width: 1920, height: 1200 });

  desk.feed(onTheWay);
  for (const { id, at } of desk.render.windows)
    t.true(overlap(laptop, { ...at, ...(desk.sizes.get(id) ?? laptop) }) >= 64 * 64);
  t.like(desk.proposal(3)?.size, { width: 1366, height: 768 });
  desk.press(1, 0, 0);
  desk.fire('left');
  desk.feed({ kind: 'request', id: 3, request: { type: 'unmaximize' } });

  desk.feed(office(12, 11));
  t.deepEqual(desk.at(1), { x: 1111, y: 321 });
  t.deepEqual(desk.sizes.get(1), { width: 1200, height: 900 });
  t.deepEqual(desk.at(2), { x: 3000, y: 77 });
  t.deepEqual(desk.sizes.get(2), { width: 1000, height: 1000 });
  t.deepEqual(desk.at(3), { x: 2560, y: 0 });
  t.deepEqual(desk.sizes.get(3), { width: 1920, height: 1200 });
  t.true(desk.proposal(3)?.maximized);

  desk.feed(onTheWay);
  t.deepEqual(desk.at(1), { x: 0, y: 0 });
  t.deepEqual(desk.sizes.get(1), { width: 683, height: 768 }, 'the left half, as the user had it');
});

test('what was on a screen that is gone is on the first one, and back when the screen is', (t) => {
  const desk = new Desktop();
  desk.feed(office(1, 2));
  desk.open(1);
  desk.feed({ kind: 'request', id: 1, request: { type: 'place', at: { x: 4180, y: 500 } } });
  desk.feed({ kind: 'outputs', outputs: [screen(wide, 1, 'Acme 27')] });
  t.deepEqual(desk.at(1), { x: 2260, y: 620 }, 'at the right edge, in the middle');
  desk.feed(office(1, 2));
  t.deepEqual(desk.at(1), { x: 4180, y: 500 });
});

test('a panel that comes a moment after the screen does not shift what came back', (t) => {
  const desk = new Desktop();
  const withPanel: Change = {
    kind: 'outputs',
    outputs: [{ ...screen(area), usable: { ...area, height: 760 } }],
  };
  desk.feed(withPanel);
  desk.open(1);
  desk.feed({ kind: 'request', id: 1, request: { type: 'place', at: { x: 640, y: 555 } } });
  desk.feed(onTheWay);
  desk.feed({ kind: 'outputs', outputs: [screen(area)] });
  t.deepEqual(desk.at(1), { x: 640, y: 555 });
  desk.feed(withPanel);
  t.deepEqual(desk.at(1), { x: 640, y: 555 });
});

test('a window that closed meanwhile, or opened, does not disturb the others', (t) => {
  const desk = new Desktop();
  desk.open(1);
  desk.open(2);
  const second = desk.at(2);
  desk.feed(onTheWay);
  desk.close(1);
  desk.open(3);
  desk.feed(resized(area.width, area.height));
  t.deepEqual(desk.at(2), second);
  t.is(desk.at(1), undefined);
  t.not(desk.at(3), undefined);
});

test('a window that is dragged while the screens change stays in the hand', (t) => {
  const desk = new Desktop();
  desk.open(1);
  desk.feed(onTheWay);
  desk.press(1, 600, 300, 'titleBar');
  desk.feed(resized(area.width, area.height));
  desk.feed({ kind: 'pointer', at: { x: 500, y: 310 } });
  const held = desk.at(1);
  desk.feed({ kind: 'pointerReleased', at: { x: 500, y: 310 }, cancelled: false });
  t.deepEqual(desk.at(1), held);
});

test('sizes that a terminal window only passes through push no desk out of memory', (t) => {
  const desk = new Desktop();
  desk.feed(office(1, 2));
  desk.open(1);
  desk.feed({ kind: 'request', id: 1, request: { type: 'place', at: { x: 3000, y: 500 } } });
  for (let width = 800; width < 900; width++) desk.feed(resized(width, 600));
  desk.feed(office(1, 2));
  t.deepEqual(desk.at(1), { x: 3000, y: 500 });
});

test('of more desks than anybody has the one that was left longest ago is forgotten', (t) => {
  const desk = new Desktop();
  desk.open(1);
  desk.feed({ kind: 'request', id: 1, request: { type: 'place', at: { x: 1, y: 2 } } });
  for (let width = 800; width < 818; width++) {
    desk.feed(resized(width, 600));
    desk.feed({ kind: 'request', id: 1, request: { type: 'place', at: { x: width - 700, y: 9 } } });
  }
  desk.feed(resized(810, 600));
  t.deepEqual(desk.at(1), { x: 110, y: 9 });
  desk.feed(resized(area.width, area.height));
  t.notDeepEqual(desk.at(1), { x: 1, y: 2 });
});

test('a new window comes where the focused one is, also after that was carried there', (t) => {
  const desk = new Desktop();
  const right = { x: 1000, y: 0, width: 800, height: 600 };
  desk.feed({ kind: 'outputs', outputs: [screen(area), screen(right, 2)] });
  desk.open(1);
  desk.feed({ kind: 'request', id: 1, request: { type: 'place', at: { x: 1100, y: 100 } } });
  desk.open(2);
  t.true((desk.at(2)?.x ?? 0) >= right.x);
  desk.press(2, 1200, 300, 'titleBar');
  desk.feed({ kind: 'pointerReleased', at: { x: 300, y: 300 }, cancelled: false });
  desk.open(3);
  t.true((desk.at(3)?.x ?? right.x) < right.x);
});

test('the same screens under other ids are the same screens', (t) => {
  const desk = new Desktop();
  const right = { x: 1000, y: 0, width: 800, height: 600 };
  const outputs = (left: number, other: number, x = right.x): Change => ({
    kind: 'outputs',
    outputs: [screen(area, left, 'left'), screen({ ...right, x }, other, 'right')],
  });
  desk.feed(outputs(1, 2));
  desk.open(1);
  desk.open(2);
  desk.feed({ kind: 'request', id: 1, request: { type: 'place', at: { x: 1100, y: 100 } } });
  desk.feed({ kind: 'request', id: 2, request: { type: 'place', at: { x: 1200, y: 200 } } });
  desk.feed({ kind: 'request', id: 2, request: { type: 'maximize' } });
  for (const [left, other] of [
    [2, 1],
    [7, 8],
    [8, 9],
  ] as const) {
    desk.feed(outputs(left, other));
    t.deepEqual(desk.at(1), { x: 1100, y: 100 });
    t.is(desk.at(2)?.x, right.x);
  }
  // It stands elsewhere, and has another id.
  desk.feed(outputs(3, 8, 1500));
  t.deepEqual(desk.at(1), { x: 1600, y: 100 });
  t.is(desk.at(2)?.x, 1500);
});
