import { readFileSync } from 'node:fs';
import anyTest, { type TestFn } from 'ava';
import type { Browser } from 'playwright-core';
import { startChromium, TerminalPage } from '../helpers/browser.ts';
import { eventually } from '../helpers/eventually.ts';
import { Server } from '../helpers/server.ts';

const test = anyTest as TestFn<{ browser: Browser }>;

test.before(async (t) => {
  t.context.browser = await startChromium();
});
test.after.always((t) => t.context.browser?.close());

/** Both end with the line that was typed in the file `line` of their home. */
const PROGRAMS = {
  foot: "cd && foot sh -c 'head -n 1 >line'",
  'a GTK 3 entry': 'cd && yad --entry --width=400 >line',
};

const LAYOUTS = [
  { layout: 'de', keys: ['Quote', 'Minus', 'AltRight+KeyE'], text: 'äß€' },
  { layout: 'fr', keys: ['Digit2', 'BracketLeft', 'KeyO'], text: 'éô' },
  {
    layout: 'us:intl',
    keys: ['Quote', 'KeyE', 'AltRight+KeyN', 'Shift+Digit6', 'KeyO'],
    text: 'éñô',
  },
];

for (const [name, exec] of Object.entries(PROGRAMS)) {
  for (const { layout, keys, text } of LAYOUTS) {
    test.serial(`${layout} keys of a browser arrive as ${text} in ${name}`, async (t) => {
      const server = await Server.start({ exec, env: { LANG: 'C.UTF-8', NO_AT_BRIDGE: '1' } });
      t.teardown(() => server.stop());
      const page = await TerminalPage.open(t, t.context.browser, server.browserUrl);
      // A caret that blinks keeps a picture from settling.
      await page.state('attached');
      await eventually(async () => {
        if ((await desktopShare(page)) > 0.95) throw new Error('no window yet');
      });
      await page.chooseLayout(layout);
      await page.page.focus('#screen');
      await page.press(...keys, 'Enter');
      const line = await eventually(() => {
        const read = readFileSync(server.file('home/line'), 'utf8');
        if (!read.endsWith('\n')) throw new Error(`only ${JSON.stringify(read)}`);
        return read.trim();
      });
      t.is(line, text);
    });
  }
}

/** How much of the page is bare desktop, 0 to 1. */
async function desktopShare(page: TerminalPage): Promise<number> {
  const { bytes } = await page.look();
  let bare = 0;
  for (let at = 0; at < bytes.length; at += 4) {
    if (bytes[at] === 0x20 && bytes[at + 1] === 0x24 && bytes[at + 2] === 0x2c) bare++;
  }
  return bare / (bytes.length / 4);
}
