import test from 'ava';
import { Desktop } from '../helpers/desktop.ts';
import { type Box, isLight, type Picture } from '../helpers/picture.ts';

const window = (now: Picture): Box => now.bounds(isLight) ?? now.whole;

test.serial(
  'gtk4-demo: a menu by mouse, a search by keys, maximised by a double click',
  async (t) => {
    const desk = await Desktop.open(t);
    await desk.open('gtk4-demo');
    const first = desk.look();
    const { x, y, width, height } = window(first);
    desk.click({ x: x + width - 70, y: y + 22 });
    await desk.until('the menu', (now) => now.changedShare(first) > 0.02);
    await desk.settled();
    await desk.save('gtk4-menu');
    desk.press('Escape');
    await desk.until('no menu', (now) => now.changedShare(first) < 0.02);
    desk.click({ x: x + 65, y: y + 22 });
    desk.type('password');
    const list = { x, y: y + 120, width: 250, height: height - 120 };
    await desk.until('few results', (now) => now.share((rgb) => !isLight(rgb), list) < 0.01);
    await desk.settled();
    await desk.save('gtk4-search');
    desk.click({ x: x + width / 2 + 100, y: y + 22 }, 'left', 2);
    await desk.until(
      'it everywhere',
      (now) => window(now).width === 1000 && window(now).height === 700,
    );
    await desk.settled();
    await desk.save('gtk4-maximised');
    t.pass();
  },
);

test.serial('gtk4-widget-factory: a list drops down and an item is taken', async (t) => {
  const desk = await Desktop.open(t, { width: 1280, height: 800 });
  await desk.show('gtk4-widget-factory');
  // Some of it never stands still; here is what the list covers, below its button.
  const still = { x: 436, y: 275, width: 150, height: 130 };
  const shown = await desk.until('its widgets', (now) => now.colours(still) > 30);
  desk.click({ x: 505, y: 250 });
  await desk.until('the list', (now) => now.changedShare(shown, still) > 0.1);
  await desk.save('gtk4-widget-factory');
  desk.press('Down');
  desk.press('Enter');
  await desk.until('no list', (now) => now.changedShare(shown, still) < 0.05);
  t.pass();
});
