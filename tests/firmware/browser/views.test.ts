import type { ServerResponse } from 'node:http';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import type { Browser } from 'playwright-core';
import { BrowserAccess } from '../../../appliance/broker/browser-access.ts';
import { readBrowserFiles } from '../../../appliance/broker/browser-files.ts';
import { BrowserRequests } from '../../../appliance/broker/browser-requests.ts';
import { PageKind } from '../../../protocol/generated/control.ts';
import { createIdentity } from '../../../protocol/node/certificate.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { listenWebTransport } from '../../../protocol/node/webtransport-server.ts';
import { startChromium, TerminalPage } from '../../helpers/browser.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ScriptedBroker } from '../scripted-broker.ts';

const test = anyTest as TestFn<{ browser: Browser }>;
const RED = 0xd01020;
const GREEN = 0x10c030;

test.before(async (t) => {
  t.context.browser = await startChromium();
});
test.after.always((t) => t.context.browser?.close());

/** The page of a server that does what the test says. */
async function open(t: ExecutionContext<{ browser: Browser }>) {
  const host = '127.0.0.1';
  const identity = await createIdentity({
    algorithm: 'ecdsa-p256',
    name: 'test',
    hosts: [host],
    validDays: 13,
  });
  const access = new BrowserAccess();
  const broker = new ScriptedBroker(identity);
  const requests = new BrowserRequests({
    access,
    files: readBrowserFiles(),
    log: openLog({ name: 'test', level: 'silent', readable: false }),
    port: () => listener.port,
    onCodeUsed: () => {},
    transport: () => ({ http3: listener.http3 }),
  });
  const listener = await listenWebTransport({
    host,
    port: 0,
    identity,
    admission: false,
    maxConnections: 16,
    onRequest: (request, response) => requests.handle(request, response as ServerResponse),
    onRejected: () => {},
    onLink: (link) => broker.serve(link),
  });
  t.teardown(async () => {
    broker.dropLink();
    await listener.close();
  });
  const url = `https://${host}:${listener.port}/?code=${access.newCode()}`;
  const page = await TerminalPage.open(t, t.context.browser, url);
  await broker.attached();
  return { broker, page };
}

const shows = (page: TerminalPage, headline: string) =>
  page.page.waitForFunction(
    (wanted) => document.getElementById('headline')?.textContent === wanted,
    headline,
  );

test.serial('a session is shown, cleared, and another one shown', async (t) => {
  const { broker, page } = await open(t);
  broker.view(1, 'session');
  broker.paint(1, RED);
  await page.settled();
  const red = await page.look();
  t.deepEqual([...red.bytes.subarray(0, 3)], [0xd0, 0x10, 0x20]);

  broker.view(2, 'none');
  broker.page('cardRemoved', 'WR-12-ABCD');
  await page.state('page');
  const cleared = await page.look();
  t.false(
    cleared.bytes.some((byte, i) => i % 4 !== 3 && byte !== 0),
    'nothing is left on the canvas',
  );
  t.is(await page.headline(), 'Your session runs on');
  t.is(await page.page.textContent('#code'), 'WR-12-ABCD');

  broker.paint(1, RED);
  broker.view(3, 'session');
  broker.paint(3, GREEN);
  await page.settled();
  t.deepEqual([...(await page.look()).bytes.subarray(0, 3)], [0x10, 0xc0, 0x30]);
  t.deepEqual(page.complaints, []);
});

test.serial('it offers a login, by Enter too, and has no card to answer with', async (t) => {
  const { broker, page } = await open(t);
  broker.page('insertCard', 'WR-0-ABCD');
  await shows(page, 'Log in');
  await page.page.screenshot({ path: 'tests/system/build/browser-log-in.png' });
  await page.press('KeyA', 'Enter');
  await broker.hears('LoginRequest');
  t.false(broker.input.some(({ type }) => type === 'Key'));
  broker.challenge(1, 5, 0, new Uint8Array(32));
  t.like(await broker.hears('CardProofFailed'), { request: 5 });

  broker.page('waitingApproval', 'WR-8-7KQ4', 'Say <b>this</b> to Ann');
  await shows(page, 'This terminal waits for approval');
  t.is(await page.detail(), 'Say <b>this</b> to Ann');
  t.true(await page.page.isHidden('#act'));
  await page.page.screenshot({ path: 'tests/system/build/browser-approval.png' });
});

test.serial('every page has words', async (t) => {
  const { broker, page } = await open(t);
  for (const name of Object.keys(PageKind) as (keyof typeof PageKind)[]) {
    broker.page(name, `WR-${PageKind[name]}-TEST`);
    await eventually(async () => {
      const code = await page.page.textContent('#code');
      if (code !== `WR-${PageKind[name]}-TEST`) throw new Error(`${name}: ${code}`);
    });
    t.true(((await page.headline()) ?? '').length > 5, name);
    t.notRegex((await page.detail()) ?? '', /[Ii]nsert|press Enter|take the card out/i, name);
  }
});
