import test from 'ava';
import { openScratch } from '../../../firmware/rehearsal/open-scratch.ts';
import { Rehearsal } from '../../../firmware/rehearsal/rehearsal.ts';
import type { ScratchTerminal } from '../../../firmware/rehearsal/scratch-terminal.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { eventually } from '../../helpers/eventually.ts';

const until = (come: () => boolean): Promise<void> =>
  eventually(() => {
    if (!come()) throw new Error('it has not come about');
  });

const log = openLog({ name: 'rehearsal', level: 'silent', readable: false });

for (const display of ['window', 'kms'] as const) {
  test(`before a ${display}, each letter is sent and its picture shown`, async (t) => {
    const terminals = await openScratch(display, log);
    t.teardown(() => {
      for (const terminal of terminals) terminal[Symbol.dispose]();
    });
    await until(() => terminals.every(({ isReady }) => isReady));
    for (const terminal of terminals) {
      const { shown, told } = terminal;
      for (let letter = 0; letter < 30; letter++) {
        terminal.press();
        await null;
        terminal.answer();
      }
      t.is(terminal.shown, shown + 30);
      // Press and release in one message each time; acknowledgements mostly with them.
      t.true(terminal.told >= told + 30 && terminal.told < told + 45, `${terminal.told - told}`);
    }
  });
}

test('ends by itself, and before that when it is wanted', async (t) => {
  const toldWhenSettled: number[] = [];
  let terminals: readonly ScratchTerminal[] = [];
  const told = () => terminals.reduce((sum, terminal) => sum + terminal.told, 0);
  const rehearsal = new Rehearsal(
    async () => {
      terminals = await openScratch('kms', log);
      return terminals;
    },
    log,
    () => toldWhenSettled.push(told()),
  );
  await until(() => rehearsal.isOver);
  // What keys need comes back with letters after that.
  t.is(toldWhenSettled.length, 1);
  t.true(told() > (toldWhenSettled[0] ?? 0) && (toldWhenSettled[0] ?? 0) > 100);
  const given = new Rehearsal(() => Promise.reject(new Error('is not to begin')), log);
  given[Symbol.dispose]();
  t.true(given.isOver);
});

test('a rehearsal that fails costs the terminal nothing', async (t) => {
  const rehearsal = new Rehearsal(() => Promise.reject(new Error('no memory')), log);
  t.false(rehearsal.isOver);
  await until(() => rehearsal.isOver);
});

test('waits while somebody does something', async (t) => {
  let begun = false;
  const open = (): Promise<[]> => {
    begun = true;
    return Promise.resolve([]);
  };
  const rehearsal = new Rehearsal(open, log);
  t.teardown(() => rehearsal[Symbol.dispose]());
  const startMs = performance.now();
  await new Promise<void>((resolve) => {
    const stirring = setInterval(() => {
      rehearsal.stir();
      if (performance.now() - startMs < 600) return;
      clearInterval(stirring);
      resolve();
    }, 20);
  });
  t.false(begun);
  await until(() => begun);
});

test('who has done something is left alone for two seconds', async (t) => {
  let begunMs = 0;
  const open = (): Promise<[]> => {
    begunMs ||= performance.now();
    return Promise.resolve([]);
  };
  const rehearsal = new Rehearsal(open, log);
  t.teardown(() => rehearsal[Symbol.dispose]());
  const touchedMs = performance.now();
  rehearsal.touched();
  rehearsal.stir();
  await until(() => begunMs > 0);
  t.true(begunMs - touchedMs > 1900, `${begunMs - touchedMs} ms`);
});
