import { readFileSync } from 'node:fs';
import anyTest, { type TestFn } from 'ava';
import type { Browser } from 'playwright-core';
import { type Seen, sameColours, startChromium, TerminalPage } from '../../helpers/browser.ts';
import { eventually } from '../../helpers/eventually.ts';
import { Server } from '../../helpers/server.ts';
import { screenshot } from '../../helpers/terminal.ts';

const test = anyTest as TestFn<{ browser: Browser }>;

test.before(async (t) => {
  t.context.browser = await startChromium();
});
test.after.always((t) => t.context.browser?.close());

/** Where a session shows no window; 0xRRGGBB. */
const BACKGROUND = 0x20242c;

function pixelAt({ bytes, width }: Seen, x: number, y: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset).readUIntBE((y * width + x) * 4, 3);
}

/** A server whose session keeps what is typed in a file; `text` waits until it is as wanted. */
async function typist(t: { teardown: (end: () => Promise<void>) => void }) {
  const server = await Server.start({
    exec: 'foot sh -c "stty -echo; cat > $HOME/typed"',
    env: { LANG: 'C.UTF-8' },
  });
  t.teardown(() => server.stop());
  await eventually(() => readFileSync(server.file('home/typed')));
  const typed = (wanted: string) =>
    eventually(() => {
      const text = readFileSync(server.file('home/typed'), 'utf8');
      if (text !== wanted) throw new Error(`typed: ${JSON.stringify(text)}`);
      return text;
    });
  return { server, typed };
}

test.serial('what is typed in the page shows in the page, pixel for pixel', async (t) => {
  const server = await Server.start({ exec: 'foot', env: { LANG: 'C.UTF-8', PS1: '$ ' } });
  t.teardown(() => server.stop());
  const page = await TerminalPage.open(t, t.context.browser, server.browserUrl);
  await page.settled();
  const before = await page.look();
  t.deepEqual([before.width, before.height], [800, 600]);

  await page.type('echo hello from the browser\n');
  await eventually(async () => {
    await page.settled();
    if ((await page.look()).checksum === before.checksum) throw new Error('nothing was drawn');
  });
  await page.settled();
  await page.page.screenshot({ path: server.file('page.png') });
  const seen = await page.look();

  const shot = await screenshot(server, { size: '800x600' });
  t.true(sameColours(seen, shot.pixels), 'wrclient shows another picture than the browser');
  t.deepEqual(page.complaints, []);
});

test.serial('German keys: umlauts, sharp s, dead keys and AltGr', async (t) => {
  const { server, typed } = await typist(t);
  const page = await TerminalPage.open(t, t.context.browser, server.browserUrl);
  await page.settled();
  await page.chooseLayout('de');
  await page.page.focus('#screen');
  await page.press('Quote', 'Semicolon', 'BracketLeft', 'Shift+Quote', 'Minus', 'KeyZ', 'KeyY');
  await page.press('Equal', 'KeyE', 'Shift+Equal', 'KeyA', 'AltRight+KeyQ', 'AltRight+KeyE');
  await page.press('Enter');
  t.is(await typed('äöüÄßyzéà@€\n'), 'äöüÄßyzéà@€\n');
});

test.serial('the layout that was chosen is remembered, and can be left again', async (t) => {
  const { server, typed } = await typist(t);
  const page = await TerminalPage.open(t, t.context.browser, server.browserUrl);
  await page.settled();
  await page.chooseLayout('fr');
  await page.page.reload();
  await page.settled();
  await page.press('KeyQ', 'Digit2', 'Enter');
  await typed('aé\n');
  await page.chooseLayout('');
  await page.page.focus('#screen');
  await page.press('KeyQ', 'Digit2', 'Enter');
  t.is(await typed('aé\nq2\n'), 'aé\nq2\n');
});

test.serial('the keyboard of the computer is found by itself', async (t) => {
  const { server, typed } = await typist(t);
  const page = await TerminalPage.open(t, t.context.browser, server.browserUrl, {
    locale: 'de-DE',
    keyLabels: {},
  });
  await page.settled();
  t.is(await page.page.textContent('#layout option'), 'Automatic: German');
  await page.press('Quote', 'Enter');
  await typed('ä\n');

  const { origin } = new URL(server.browserUrl);
  const french = await TerminalPage.open(t, t.context.browser, `${origin}/`, {
    context: page.context,
    keyLabels: { KeyQ: 'a', KeyW: 'z', Equal: '=' },
  });
  await french.settled();
  t.is(await french.page.textContent('#layout option'), 'Automatic: French');
  await french.press('KeyQ', 'Enter');
  t.is(await typed('ä\na\n'), 'ä\na\n');
});

test.serial('the picture follows the window and its density', async (t) => {
  const server = await Server.start({ exec: 'foot sh -c "echo ready; exec sleep 600"' });
  t.teardown(() => server.stop());
  const page = await TerminalPage.open(t, t.context.browser, server.browserUrl, {
    width: 500,
    height: 400,
    scale: 1.5,
  });
  await page.settled();
  let seen = await page.look();
  t.deepEqual([seen.width, seen.height], [750, 600]);
  await page.page.setViewportSize({ width: 640, height: 333 });
  await eventually(async () => {
    await page.settled();
    seen = await page.look();
    const { width, height } = seen;
    if (width !== 960 || height !== Math.round(333 * 1.5)) throw new Error(`${width}x${height}`);
    // The picture has its new size before foot has drawn at it: what it does not cover is the background.
    if (pixelAt(seen, width - 1, height >> 1) === BACKGROUND) throw new Error('foot is as it was');
  });
  const shot = await screenshot(server, {
    size: `${seen.width}x${seen.height}`,
    arguments: ['--scale', '1.5'],
  });
  t.true(sameColours(seen, shot.pixels));
});

test.serial('a page that nobody paints does not stop the session', async (t) => {
  const server = await Server.start({ exec: 'foot' });
  t.teardown(() => server.stop());
  const page = await TerminalPage.open(t, t.context.browser, server.browserUrl);
  await page.settled();
  await page.page.evaluate(() => {
    window.requestAnimationFrame = () => 0;
  });
  for (const letter of 'abcdef') {
    const { checksum } = await page.look();
    await page.type(letter);
    await eventually(async () => {
      if ((await page.look()).checksum === checksum) throw new Error(`no ${letter}`);
    });
  }
  await page.settled();
  t.pass();
});
