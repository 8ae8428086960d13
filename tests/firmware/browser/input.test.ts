import { readFileSync } from 'node:fs';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import type { Browser } from 'playwright-core';
import { type PageOptions, startChromium, TerminalPage } from '../../helpers/browser.ts';
import { eventually } from '../../helpers/eventually.ts';
import { Server } from '../../helpers/server.ts';

const test = anyTest as TestFn<{ browser: Browser }>;

test.before(async (t) => {
  t.context.browser = await startChromium();
});
test.after.always((t) => t.context.browser?.close());

/** A session with a terminal that writes down its keys and, as xterm's SGR reports, its mouse. */
async function witness(t: ExecutionContext<{ browser: Browser }>, options: PageOptions = {}) {
  const server = await Server.start({
    // Without a protocol for it the releases of keys are not seen: kitty's tells them all.
    exec: `foot --fullscreen sh -c "printf '\\033[?1003h\\033[?1006h\\033[>11u'; stty raw -echo; cat > \\$HOME/seen"`,
  });
  t.teardown(() => server.stop());
  const page = await TerminalPage.open(t, t.context.browser, server.browserUrl, options);
  await eventually(() => readFileSync(server.file('home/seen')));
  await page.settled();
  // Before its first picture the window has no place on the screen.
  await eventually(async () => {
    await page.press('F9');
    if (readFileSync(server.file('home/seen')).length === 0) throw new Error('no window yet');
  });
  const seen = () => readFileSync(server.file('home/seen'), 'latin1').replaceAll('\u001b', '^');
  const sees = (pattern: RegExp) =>
    eventually(() => {
      const match = pattern.exec(seen());
      if (!match) throw new Error(`no ${pattern} in ${seen()}`);
      return match;
    });
  return { server, page, seen, sees };
}

test.serial('buttons reach the window under the pointer', async (t) => {
  const { page, sees } = await witness(t);
  const { mouse } = page.page;
  await mouse.move(300, 300);
  await mouse.move(20, 20);
  await sees(/\^\[<35;\d+;\d+M/);
  for (const [button, code] of [
    ['left', 0],
    ['middle', 1],
    ['right', 2],
  ] as const) {
    await mouse.down({ button });
    const [, column] = await sees(new RegExp(`\\^\\[<${code};(\\d+);\\d+M`));
    t.true(Number(column) >= 2 && Number(column) <= 5, `column ${column}`);
    await mouse.up({ button });
    await sees(new RegExp(`\\^\\[<${code};\\d+;\\d+m`));
  }
});

test.serial('a drag goes on outside the page and ends there', async (t) => {
  const { page, sees } = await witness(t);
  const { mouse } = page.page;
  await mouse.move(100, 100);
  await mouse.down();
  await mouse.move(-40, 300, { steps: 4 });
  await mouse.up();
  await sees(/\^\[<32;1;\d+M/);
  await sees(/\^\[<0;1;\d+m/);
  t.pass();
});

test.serial('the wheel turns both ways and to the side', async (t) => {
  const { page, sees } = await witness(t);
  await page.page.mouse.move(100, 100);
  await page.page.mouse.wheel(0, 120);
  await sees(/\^\[<65;/);
  await page.page.mouse.wheel(0, -120);
  await sees(/\^\[<64;/);
  await page.page.mouse.wheel(120, 0);
  await sees(/\^\[<67;/);
  t.pass();
});

test.serial('a finger taps once, not a second time as a mouse', async (t) => {
  const { page, seen, sees } = await witness(t, { touch: true });
  await page.page.touchscreen.tap(50, 60);
  await page.press('KeyX');
  await sees(/x|\^\[120/);
  const presses = seen().match(/\^\[<0;\d+;\d+M/g) ?? [];
  t.true(presses.length <= 1, seen());
});

test.serial('keys that are held are released when the page loses the focus', async (t) => {
  const { page, sees } = await witness(t);
  await page.page.keyboard.down('KeyA');
  await sees(/\^\[97(;1(:1)?)?u|a/);
  await page.page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await sees(/\^\[97;1:3u/);
  t.pass();
});

test.serial('Ctrl+Alt+G leads to the bar and back, and leaves nothing pressed', async (t) => {
  const { page, seen, sees } = await witness(t);
  const focused = () => page.page.evaluate(() => document.activeElement?.id);
  await page.press('Control+Alt+KeyG');
  t.is(await focused(), 'fullscreen');
  await page.press('Tab');
  t.is(await focused(), 'layout');
  const before = seen();
  await page.press('KeyQ');
  await page.press('Escape');
  t.is(await focused(), 'screen');
  await page.press('KeyX');
  await sees(/(x|\^\[120(;1(:1)?)?u)/);
  t.notRegex(seen().slice(before.length), /q|\^\[113/, 'keys of the bar stay in the page');
  t.notRegex(seen(), /103;7u/, 'the G of the combination is not for the session');
});

test.serial('the bar comes when the pointer rests at the top edge', async (t) => {
  const { page } = await witness(t);
  const bar = page.page.locator('#bar');
  t.false(await bar.isVisible());
  await page.page.mouse.move(400, 0);
  await bar.waitFor({ state: 'visible' });
  await page.page.mouse.move(400, 300);
  await bar.waitFor({ state: 'hidden' });
  t.pass();
});

for (const { scale, picture } of [
  { scale: 1, picture: /^url\("data:image\/png;base64,[^"]+"\) \d+ \d+, default$/ },
  { scale: 1.5, picture: /^image-set\(url\("data:[^"]+"\) 1\.5(x|dppx)\) \d+ \d+, default$/ },
]) {
  test.serial(`the browser draws the session's pointer, at scale ${scale}`, async (t) => {
    const { page } = await witness(t, { scale });
    await page.page.mouse.move(200, 200);
    const style = await eventually(async () => {
      const cursor = await page.page.evaluate(
        () => (document.getElementById('screen') as HTMLElement).style.cursor,
      );
      if (!cursor.includes('url(')) throw new Error(cursor);
      return cursor;
    });
    t.regex(style, picture);
  });
}

test.serial('full screen by keys, with all keys, and the way out is told', async (t) => {
  const { page } = await witness(t);
  await page.press('Control+Alt+KeyF');
  await page.page.waitForFunction(() => document.fullscreenElement !== null);
  await page.page.waitForFunction(() =>
    document.getElementById('hint')?.textContent?.startsWith('All keys go to the session.'),
  );
  await page.press('Control+Alt+KeyF');
  await page.page.waitForFunction(() => document.fullscreenElement === null);
  t.pass();
});
