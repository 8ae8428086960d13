import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { Desktop } from '../helpers/desktop.ts';
import { eventually } from '../helpers/eventually.ts';

test.serial('text typed into FeatherPad is saved; its menus and dialogs open', async (t) => {
  const desk = await Desktop.open(t);
  writeFileSync(desk.file('note.txt'), '');
  const { box } = await desk.open('featherpad', ['--standalone', 'note.txt']);
  desk.type('Gr\n"WayRay" & Qt');
  desk.press('Control+s');
  const text = () => readFileSync(desk.file('note.txt'), 'utf8').trim();
  await eventually(() => assert.equal(text(), 'Gr\n"WayRay" & Qt'));
  const saved = await desk.settled();
  await desk.save('featherpad');
  desk.click({ x: box.x + 18, y: box.y + 43 });
  await desk.until('the menu', (now) => now.changedShare(saved) > 0.03);
  const menu = await desk.settled();
  await desk.save('featherpad-menu');
  const popup = menu.changedSince(saved);
  t.true(popup !== null && popup.width > 100 && popup.height > 200, JSON.stringify(popup));
  desk.press('Escape');
  await desk.until('no menu', (now) => now.changedShare(saved) < 0.01);
});
