import { join } from 'node:path';
import test from 'ava';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { Channel } from '../../../protocol/channel.ts';
import type { ServerLink } from '../../../protocol/link/link.ts';
import { createIdentity } from '../../../protocol/node/certificate.ts';
import { listenWebTransport } from '../../../protocol/node/webtransport-server.ts';
import { closed } from '../link/conformance.ts';

const bundle = await build({
  entryPoints: [join(import.meta.dirname, 'browser-page.ts')],
  bundle: true,
  format: 'esm',
  platform: 'browser',
  write: false,
});
const script = bundle.outputFiles[0]?.text ?? '';

const SMALL_UNITS = 600;
const LARGE_UNITS = 5;
const LARGE_BYTES = 3_000_000;

function serve(link: ServerLink): void {
  link.onBidi((stream) => {
    if (stream.channel === Channel.control) {
      stream.onMessage((message) => {
        link.admit();
        stream.send(message);
      });
    }
    if (stream.channel === Channel.input) stream.send(new TextEncoder().encode('welcome'));
    if (stream.channel === Channel.display) sendUnits(link);
  });
}

function sendUnits(link: ServerLink): void {
  for (let i = 0; i < SMALL_UNITS; i++) {
    const unit = link.openUni(Channel.display);
    unit.write(Uint8Array.of(i % 7), new Uint8Array(100));
    unit.end();
  }
  for (let i = 0; i < LARGE_UNITS; i++) {
    const unit = link.openUni(Channel.display);
    unit.write(Uint8Array.of(1), new Uint8Array(LARGE_BYTES));
    unit.end();
  }
}

test('a link from Chromium without HTTP/3: messages, many units, large units, closing', async (t) => {
  const identity = await createIdentity({
    algorithm: 'ecdsa-p256',
    name: 'test',
    hosts: ['127.0.0.1'],
  });
  const arrived = Promise.withResolvers<ServerLink>();
  const listener = await listenWebTransport({
    host: '127.0.0.1',
    port: 0,
    identity,
    admission: true,
    onLink: (link) => {
      serve(link);
      arrived.resolve(link);
    },
    onRequest: (request, response) => {
      const isScript = request.url === '/page.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? script : '<script type=module src=/page.js></script>');
    },
  });
  t.teardown(() => listener.close());
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--ignore-certificate-errors'],
  });
  t.teardown(() => browser.close());
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`https://127.0.0.1:${listener.port}/`);
  await page.waitForFunction('globalThis.wayray !== undefined');

  await page.evaluate('wayray.connect()');
  const echoMs = (await page.evaluate('wayray.echoMs(50)')) as number;
  t.log(`echo ${echoMs.toFixed(2)} ms`);
  t.true(echoMs < 15, `echo took ${echoMs} ms: small messages wait for something`);

  t.is(await page.evaluate('wayray.early()'), 'welcome');
  const startMs = performance.now();
  const units = (await page.evaluate(`wayray.units(${SMALL_UNITS + LARGE_UNITS})`)) as {
    sums: number;
  };
  t.log(`units ${(performance.now() - startMs).toFixed(0)} ms`);
  const firstBytes = Array.from({ length: SMALL_UNITS }, (_, i) => i % 7).reduce((a, b) => a + b);
  t.deepEqual(units, {
    count: SMALL_UNITS + LARGE_UNITS,
    bytes: SMALL_UNITS * 101 + LARGE_UNITS * (LARGE_BYTES + 1),
    sums: firstBytes + LARGE_UNITS,
  } as typeof units);

  const link = await arrived.promise;
  const gone = closed(link);
  await page.evaluate('wayray.close()');
  t.deepEqual(await gone, { code: 0, reason: 'the tab was closed' });

  await page.evaluate('wayray.connect()');
  t.deepEqual(errors, []);
});
