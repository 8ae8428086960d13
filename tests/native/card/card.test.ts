import { readdirSync } from 'node:fs';
import test from 'ava';
import { CardLink, PcscStatus, type ReadersSeen, ReaderWatch } from '../../../native/card/index.ts';
import { eventually } from '../../helpers/eventually.ts';

// Where no service is; with one: tests/firmware/card.
process.env['PCSCLITE_CSOCK_NAME'] = '/nonexistent/pcscd.comm';
const threads = () => readdirSync('/proc/self/task').length;

// A link alone keeps no process alive, for a card may have it stuck for ever.
const alive = setInterval(() => undefined, 1_000);
test.after.always(() => clearInterval(alive));

test.serial('a watch without a service says so once', async (t) => {
  const all: ReadersSeen[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  using _watch = new ReaderWatch((seen) => {
    all.push(seen);
    resolve();
  });
  t.is(all.length, 0);
  await promise;
  t.like(all[0], { status: PcscStatus.noService, readers: [] });
});

test.serial('a link without a service fails, and ends', async (t) => {
  const link = new CardLink();
  await t.throwsAsync(link.open('a reader', 1_000), { message: 'connect: noService' });
  link[Symbol.dispose]();
  link[Symbol.dispose]();
  await link.ended;
  await t.throwsAsync(link.begin(1_000), { message: 'begin: cancelled' });
});

test.serial('arguments are checked before they cross', async (t) => {
  const link = new CardLink();
  await t.throwsAsync(link.open('a\0b', 1_000), { instanceOf: TypeError });
  await t.throwsAsync(link.open('x'.repeat(200), 1_000), { instanceOf: TypeError });
  for (const length of [0, 3, 262])
    t.throws(() => link.transmit(new Uint8Array(length), 1_000), { instanceOf: RangeError });
  link[Symbol.dispose]();
  await link.ended;
});

test.serial('links and watches leave no thread behind', async (t) => {
  const before = threads();
  for (let i = 0; i < 20; i++) {
    const link = new CardLink();
    const watch = new ReaderWatch(() => undefined);
    const opened = link.open('a reader', 1_000).catch(() => undefined);
    link[Symbol.dispose]();
    watch[Symbol.dispose]();
    await opened;
    await link.ended;
  }
  await eventually(() => {
    if (threads() > before) throw new Error(`${before} threads became ${threads()}`);
  });
  t.pass();
});
