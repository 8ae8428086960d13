import anyTest, { type TestFn } from 'ava';
import type { Browser } from 'playwright-core';
import { startChromium, TerminalPage } from '../../helpers/browser.ts';
import { eventually } from '../../helpers/eventually.ts';
import { Server } from '../../helpers/server.ts';
import { screenshot, startTerminal } from '../../helpers/terminal.ts';

const test = anyTest as TestFn<{ browser: Browser }>;

test.before(async (t) => {
  t.context.browser = await startChromium();
});
test.after.always((t) => t.context.browser?.close());

test.serial('wrclient takes over from the browser, which asks before it takes back', async (t) => {
  const server = await Server.start({ exec: 'foot' });
  t.teardown(() => server.stop());
  const page = await TerminalPage.open(t, t.context.browser, server.browserUrl);
  await page.settled();
  const seen = await page.look();

  await screenshot(server, { size: '800x600' });
  await page.state('replaced');
  t.is(await page.headline(), 'The session is shown on another terminal');
  const left = await page.look();
  t.false(
    left.bytes.some((byte, i) => i % 4 !== 3 && byte !== 0),
    'the picture is gone',
  );

  t.is(await page.page.evaluate(() => document.activeElement?.id), 'act');
  await page.press('Enter');
  await page.settled();
  t.is((await page.look()).checksum, seen.checksum);
});

test.serial('the browser takes over from wrclient, which is told', async (t) => {
  const server = await Server.start({ exec: 'foot' });
  t.teardown(() => server.stop());
  const terminal = startTerminal(server, { until: '60' });
  t.teardown(() => terminal.stop('SIGKILL'));
  await server.program.says(/"msg":"session attached"/, 'stderr');
  const page = await TerminalPage.open(t, t.context.browser, server.browserUrl);
  await page.settled();
  const { status, stderr } = await terminal.ended;
  t.is(status, 1);
  t.regex(stderr, /another terminal took the session over/);
  t.is(await page.page.getAttribute('html', 'data-state'), 'attached');
});

test.serial('after a restart of wrsrvd the page comes back by itself, picture whole', async (t) => {
  const first = await Server.start({ exec: 'foot' });
  t.teardown(() => first.stop());
  const page = await TerminalPage.open(t, t.context.browser, first.browserUrl);
  await page.settled();
  const before = await page.look();

  await first.program.stop('SIGKILL');
  await page.page.waitForFunction(() =>
    /^The (connection to the server was lost|server cannot be reached)\. Trying again\.$/.test(
      document.getElementById('detail')?.textContent ?? '',
    ),
  );
  const { host } = new URL(first.browserUrl);
  const again = await Server.start({
    scratch: first.scratch,
    arguments: ['--listen-browser', host],
  });
  t.teardown(() => again.program.stop());
  await page.settled();
  t.is((await page.look()).checksum, before.checksum, 'the session ran on and shows the same');
});

test.serial('a wrong code is answered in words, a right one works once', async (t) => {
  const server = await Server.start();
  t.teardown(() => server.stop());
  const { origin } = new URL(server.browserUrl);
  const stranger = await TerminalPage.open(t, t.context.browser, `${origin}/?code=wrong`);
  t.is(await stranger.page.textContent('h1'), 'This code is wrong or was used already');

  const page = await TerminalPage.open(t, t.context.browser, server.browserUrl);
  await page.settled();
  t.is(page.page.url(), `${origin}/`, 'the code does not stay in the address');
  const late = await TerminalPage.open(t, t.context.browser, server.browserUrl);
  t.is(await late.page.textContent('h1'), 'This code is wrong or was used already');

  await page.page.reload();
  await page.settled();
  const uninvited = await TerminalPage.open(t, t.context.browser, `${origin}/`);
  await uninvited.state('refused');
  t.is(await uninvited.headline(), 'This browser has not been let in');

  const second = [...server.program.stdout.matchAll(/"url":"([^"]+)"/g)][1]?.[1] ?? '';
  t.not(second, server.browserUrl, 'a new code is announced');
  const invited = await TerminalPage.open(t, t.context.browser, second);
  await invited.settled();
  await page.state('replaced');
});

test.serial('a session that crashes is replaced by a new one, in words in between', async (t) => {
  const server = await Server.start({ exec: 'foot' });
  t.teardown(() => server.stop());
  const page = await TerminalPage.open(t, t.context.browser, server.browserUrl);
  await page.settled();
  const before = server.sessionPid;
  process.kill(before, 'SIGKILL');
  await page.state('ended');
  t.regex((await page.detail()) ?? '', /The server starts a new one\.$/);
  await page.settled();
  await eventually(() => {
    if (server.sessionPid === before) throw new Error('still the old session');
  });
  t.pass();
});
