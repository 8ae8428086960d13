import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import serialTest, { type TestFn } from 'ava';
import { eventually } from '../../helpers/eventually.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { isRoot, Rig } from './rig.ts';

const test: TestFn['serial'] = isRoot
  ? serialTest.serial
  : (serialTest.serial.skip as unknown as TestFn['serial']);
const why = isRoot ? '' : ' (skipped: needs root)';

test(`the machine is stopped where the file says how, and not otherwise${why}`, async (t) => {
  using scratch = scratchFolder();
  const mark = join(scratch.path, 'stopped');
  const config = `[shutdown]\npoweroff = ["/usr/bin/touch", "${mark}"]\n`;
  await using rig = await new Rig({ config }).start();
  using client = await rig.client();
  client.send({ type: 'host_requested' });
  t.deepEqual((await client.answer('host')).shutdown, ['poweroff']);

  client.send({ type: 'host_shutdown', id: 'h1', terminal: 't1', action: 'reboot' });
  t.like(await client.answer('refused', 'h1'), { code: 'not-allowed' });
  client.send({ type: 'host_shutdown', id: 'h2', terminal: 't1', action: '/bin/sh' });
  t.like(await client.answer('refused'), { code: 'invalid' });
  t.false(existsSync(mark));
  client.send({ type: 'host_shutdown', id: 'h3', terminal: 't1', action: 'poweroff' });
  t.is((await client.answer('host_shutting_down', 'h3')).action, 'poweroff');
  await eventually(() => assert(existsSync(mark)));
  t.deepEqual(
    rig.audit.map(({ event, id, terminal, reason }) => ({ event, id, terminal, reason })),
    [
      {
        event: 'host-shutdown-refused',
        id: 'h1',
        terminal: 't1',
        reason: 'reboot is not allowed here',
      },
      { event: 'host-shutdown', id: 'h3', terminal: 't1', reason: 'poweroff' },
    ],
  );
});

test(`a command that is not there${why}`, async (t) => {
  await using rig = await new Rig({ config: '[shutdown]\nreboot = ["/no/such"]\n' }).start();
  using client = await rig.client();
  client.send({ type: 'host_shutdown', id: 'h1', terminal: 't1', action: 'reboot' });
  t.regex((await client.answer('refused', 'h1')).message, /ENOENT/);
  t.like(rig.audit.at(-1), { event: 'host-shutdown-refused' });
});
