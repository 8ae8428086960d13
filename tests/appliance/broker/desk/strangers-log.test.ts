import test from 'ava';
import { eventually } from '../../../helpers/eventually.ts';
import { House } from './house.ts';

test('a stranger that comes again and again pushes nobody out of the log', async (t) => {
  const house = new House(t, { admission: 'approval' });
  for (let i = 0; i < 60; i++) {
    const terminal = await house.terminal('stranger');
    await terminal.shows('waitingApproval');
    terminal.close();
    await eventually(() => {
      if (!terminal.closed) throw new Error('open');
    });
  }
  const events = await house.registry.events.latest(1000);
  t.true(events.length <= 45, `${events.length} events`);

  house.clock.pass(60 * 60_000);
  const later = await house.terminal('another');
  const { code } = await later.shows('waitingApproval');
  await eventually(async () => {
    if ((await house.registry.events.byCode(code)).length === 0) throw new Error('no event');
  });
});
