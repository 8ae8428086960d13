import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { Desktop } from '../helpers/desktop.ts';
import { eventually } from '../helpers/eventually.ts';
import { isLight } from '../helpers/picture.ts';

/** A terminal of few rows at the session's top left, so that other windows are beside it. */
const FOOT = ['-o', 'pad=0x0', '--window-size-pixels=420x120'];
const FIRST_LINE = { x: 8, y: 32 + 8 };

/** foot with one word on its first line, moved into the left half. */
async function footWithWord(desk: Desktop, word: string): Promise<{ x: number; y: number }> {
  await desk.open('foot', [...FOOT, 'sh', '-c', `echo ${word}; exec cat >read`]);
  desk.press('Super+Left');
  const line = { x: 0, y: 32, width: 80, height: 14 };
  const ink = (rgb: number) => (rgb & 255) > 0x60;
  await desk.until(
    'the word at the left',
    (now) => now.at(2, 690) === 0x111111 && now.share(ink, line) > 0.05,
  );
  await desk.settled();
  return FIRST_LINE;
}

test.serial('a word copied in foot is pasted into a GTK 3 entry', async (t) => {
  const desk = await Desktop.open(t);
  const word = await footWithWord(desk, 'clipboard-word');
  desk.click(word, 'left', 2);
  desk.press('Control+Shift+C');
  const yad = await desk.open('yad', ['--entry', '--width=400']);
  desk.press('Control+v');
  await desk.settled();
  await desk.save('paste-foot-gtk');
  desk.press('Enter');
  t.is((await yad.ended()).trim(), 'clipboard-word');
});

test.serial(
  'a word selected in foot is pasted into a Qt editor by the middle button',
  async (t) => {
    const desk = await Desktop.open(t);
    const word = await footWithWord(desk, 'primary-word');
    const note = await openEditor(desk);
    desk.click(word, 'left', 2);
    await desk.settled();
    desk.click({ x: 700, y: 300 }, 'middle');
    await desk.settled();
    await desk.save('primary-foot-qt');
    await note.holds('primary-word');
    t.pass();
  },
);

test.serial(
  'text selected in a GTK 3 entry is pasted into foot by the middle button',
  async (t) => {
    const desk = await Desktop.open(t);
    await desk.open('foot', [...FOOT, 'sh', '-c', 'head -n 1 >read']);
    desk.press('Super+Left');
    await desk.until('foot at the left', (now) => now.at(2, 690) === 0x111111);
    await desk.open('yad', ['--entry', '--width=400']);
    desk.press('Super+Right');
    await desk.until('the entry at the right', (now) => isLight(now.at(990, 300)));
    await desk.settled();
    desk.type('from GTK 3');
    desk.press('Control+a');
    await desk.settled();
    desk.click({ x: 200, y: 400 }, 'middle');
    await desk.settled();
    await desk.save('primary-gtk3-foot');
    desk.press('Enter');
    t.deepEqual(await desk.lines('read'), ['from GTK 3']);
  },
);

test.serial('text copied in a GTK 4 entry is pasted into foot', async (t) => {
  const desk = await Desktop.open(t);
  await desk.open('gtk4-demo', ['--run=entry_undo']);
  desk.type('from GTK 4');
  desk.press('Control+a');
  desk.press('Control+c');
  await desk.settled();
  await desk.open('foot', [...FOOT, 'sh', '-c', 'head -n 1 >read']);
  desk.press('Control+Shift+V');
  await desk.settled();
  await desk.save('paste-gtk4-foot');
  desk.press('Enter');
  t.deepEqual(await desk.lines('read'), ['from GTK 4']);
});

test.serial('text is dragged from a GTK 3 entry into a Qt editor', async (t) => {
  const desk = await Desktop.open(t);
  const note = await openEditor(desk);
  await desk.open('yad', ['--entry', '--width=300', '--entry-text=dragged']);
  desk.press('Super+Left');
  await desk.settled();
  await desk.drag({ x: 30, y: 350 }, { x: 700, y: 300 }, 'left', false);
  await desk.save('dnd-gtk3-qt');
  desk.button('left', false);
  await desk.settled();
  desk.click({ x: 700, y: 300 });
  await note.holds('dragged');
  t.pass();
});

/** A Qt editor in the right half. */
async function openEditor(desk: Desktop) {
  writeFileSync(desk.file('note.txt'), '');
  await desk.open('featherpad', ['--standalone', 'note.txt']);
  desk.press('Super+Right');
  await desk.until('the editor at the right', (now) => now.at(998, 400) === 0xffffff);
  await desk.settled();
  return {
    /** What was pasted arrives some time after the press that asked for it: saved until it is there. */
    holds: (text: string) =>
      eventually(async () => {
        desk.press('Control+s');
        await desk.settled();
        assert.equal(readFileSync(desk.file('note.txt'), 'utf8').trim(), text);
      }),
  };
}
