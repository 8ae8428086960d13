/** A long storm of cards at two readers, as root: `node tests/firmware/card/reader-storm-report.ts 1000 10`. */
import { PcscReader } from '../../../firmware/card/pcsc-reader.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { CardBench, whyNoCardBench } from '../../helpers/card/card-bench.ts';
import { ToldEvents } from '../../helpers/card/told.ts';
import { storm } from './reader-storm.ts';

const [times = 1_000, kills = 10] = process.argv.slice(2).map(Number);
const reason = whyNoCardBench();
if (reason !== null) throw new Error(reason);
const beganMs = performance.now();
await using bench = await CardBench.start();
Object.assign(process.env, bench.env);
const log = openLog({ level: 'silent', name: 'storm', readable: false });
using reader = new PcscReader({ reader: null, log });
const told = new ToldEvents(reader);
const report = await storm(bench, told, { times, kills, pauseMs: 200, random: Math.random });
console.log(
  JSON.stringify({ ...report, seconds: Math.round((performance.now() - beganMs) / 1000) }),
);
process.exitCode = report.faults.length > 0 ? 1 : 0;
