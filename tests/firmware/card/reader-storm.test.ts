import test from 'ava';
import { PcscReader } from '../../../firmware/card/pcsc-reader.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { CardBench, whyNoCardBench } from '../../helpers/card/card-bench.ts';
import { ToldEvents } from '../../helpers/card/told.ts';
import { storm } from './reader-storm.ts';

// One test: the PC/SC library finds one pcscd in the life of a process. A thousand of them: reader-storm-report.ts.
const reason = whyNoCardBench();
const live = reason === null ? test : test.skip;
if (reason !== null) test(`skipped: ${reason}`, (t) => t.pass());

live('cards in and out, some unseen, and pcscd dies: what is told is true', async (t) => {
  await using bench = await CardBench.start();
  Object.assign(process.env, bench.env);
  const log = openLog({ level: 'silent', name: 'test', readable: false });
  using reader = new PcscReader({ reader: null, log });
  const told = new ToldEvents(reader);
  const report = await storm(bench, told, {
    times: 16,
    kills: 2,
    pauseMs: 50,
    random: Math.random,
  });
  t.deepEqual(report.faults, []);
  t.true(report.told.inserted >= 2);
});
