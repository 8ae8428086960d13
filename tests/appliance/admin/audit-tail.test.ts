import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import test from 'ava';
import { AuditTail } from '../../../appliance/admin/audit-tail.ts';
import type { EventRegistry } from '../../../appliance/registry/registry.ts';
import { openMemoryRegistry } from '../../../appliance/registry/sqlite-registry.ts';
import { eventually } from '../../helpers/eventually.ts';
import { Rig } from './rig.ts';

function follow(rig: Rig, query = ''): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: rig.socket, path: `/v1/audit/tail${query}`, agent: false });
    // The end of a server is the end of its connections.
    asked.once('response', (response) => resolve(response.on('error', () => {})));
    asked.once('error', reject);
    asked.end();
  });
}

async function* eventsOf(response: IncomingMessage) {
  let rest = '';
  for await (const chunk of response) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line);
  }
}

test('events are told as they happen, from now on or from anywhere', async (t) => {
  await using rig = await Rig.open();
  const { events } = rig.registry;
  await events.append([{ kind: 'before' }]);
  const now = eventsOf(await follow(rig));
  const all = eventsOf(await follow(rig, '?after=0'));
  await events.append([{ kind: 'one', details: { by: 'me' } }, { kind: 'two' }]);
  t.like((await now.next()).value, { id: 2, kind: 'one', details: { by: 'me' } });
  t.like((await now.next()).value, { id: 3, kind: 'two' });
  t.like((await all.next()).value, { id: 1, kind: 'before' });
  const many = Array.from({ length: 500 }, (_, i) => ({ kind: `k${i}` }));
  await events.append(many);
  for (const { kind } of many) t.is((await now.next()).value.kind, kind);
  await Promise.all([now.return(undefined), all.return(undefined)]);
});

test('listeners are bounded, and make room when they go', async (t) => {
  await using rig = await Rig.open();
  const all = await Promise.all(Array.from({ length: 16 }, () => follow(rig)));
  const refused = await follow(rig);
  t.is(refused.statusCode, 429);
  refused.resume();
  for (const response of all) response.destroy();
  await eventually(async () => {
    const response = await follow(rig);
    response.destroy();
    if (response.statusCode !== 200) throw new Error(`still ${response.statusCode}`);
  });
});

test('a listener that takes nothing makes nothing pile up', async (t) => {
  using registry = openMemoryRegistry();
  const many = Array.from({ length: 1000 }, () => ({
    kind: 'tick',
    details: { text: 'x'.repeat(1000) },
  }));
  await registry.events.append(many);
  let asked = 0;
  const events = {
    since: (after: number, limit: number) => {
      asked++;
      return registry.events.since(after, limit);
    },
    latest: () => registry.events.latest(),
  } as unknown as EventRegistry;
  const tail = new AuditTail(events, { pollMs: 1, heartbeatMs: 10_000 });
  const lines = await tail.follow(0);
  lines.read(0);
  await once(lines, 'readable');
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
  t.true(asked <= 3, `asked ${asked} times`);
  t.true(lines.readableLength < 200_000, `${lines.readableLength} bytes`);
  lines.destroy();
  await once(lines, 'close');
  t.is(tail.listeners, 0);
});

test('a quiet log is heard to be alive, and the end of the server ends it', async (t) => {
  const rig = await Rig.open();
  const response = await follow(rig);
  const lines: string[] = [];
  response.on('data', (chunk) => lines.push(String(chunk)));
  await eventually(() => {
    if (lines.length < 3) throw new Error('still quiet');
  });
  t.is(lines.join('').trim(), '');
  const ended = new Promise((resolve) => response.once('close', resolve));
  await rig[Symbol.asyncDispose]();
  await ended;
  t.pass();
});
