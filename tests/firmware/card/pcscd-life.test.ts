import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { PcscReader } from '../../../firmware/card/pcsc-reader.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { CardBench, READERS, whyNoCardBench } from '../../helpers/card/card-bench.ts';
import { makePivCard } from '../../helpers/card/make-card.ts';
import { ToldEvents } from '../../helpers/card/told.ts';

// One test: the PC/SC library finds one pcscd in the life of a process.
const reason = whyNoCardBench();
const live = reason === null ? test.serial : test.serial.skip;
if (reason !== null) test(`skipped: ${reason}`, (t) => t.pass());
const log = openLog({ level: 'silent', name: 'test', readable: false });
const text = new Uint8Array(64);

/** Another program that has the card for itself until it is told to let go. */
async function holdCard(env: NodeJS.ProcessEnv) {
  const main = fileURLToPath(new URL('../../helpers/card/hold-card.py', import.meta.url));
  const child = spawn('python3', [main, READERS[0]], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    new Promise((resolve) => lines.once('line', (text) => resolve([text]))),
    new Promise((_, reject) => child.once('exit', () => reject(new Error('it did not hold')))),
  ])) as [string];
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const letGo = async () => {
    child.stdin.end();
    await ended;
  };
  return { line, letGo };
}

live(
  'pcscd comes late, is killed with a card in it, and comes back; another program has the card',
  async (t) => {
    await using bench = await CardBench.start({ pcscd: false });
    Object.assign(process.env, bench.env);
    const limits = { openMs: 900, readMs: 3_000 };
    using reader = new PcscReader({ reader: null, log, limits });
    const told = new ToldEvents(reader);

    await bench.startPcscd();
    const card = await makePivCard();
    await bench.insert(card);
    const first = (await told.next('inserted')).token;
    t.is(first.tokenId, card.guid);

    const proof = reader.prove({ insertion: first.insertion, key: 'cardKey', text });
    await proof;
    const killed = bench.stopPcscd('SIGKILL');
    t.is((await told.next('removed')).insertion, first.insertion);
    await killed;
    await t.throwsAsync(reader.prove({ insertion: first.insertion, key: 'cardKey', text }), {
      code: 'removed',
    });

    await bench.startPcscd();
    const again = (await told.next('inserted')).token;
    t.is(again.tokenId, card.guid);
    t.true(again.insertion > first.insertion);
    await reader.prove({ insertion: again.insertion, key: 'cardKey', text });
    await bench.clear();
    await told.next('removed');

    reader[Symbol.dispose]();
    await bench.insert(card);
    const held = await holdCard(bench.env);
    t.is(held.line, 'holding');
    using later = new PcscReader({ reader: null, log, limits });
    const toldLater = new ToldEvents(later);
    const { problem } = await toldLater.next('problem');
    t.is(problem.problem, 'inUse', problem.detail);
    await held.letGo();
    t.is((await toldLater.next('removed')).insertion, problem.insertion);
    t.is((await toldLater.next('inserted')).token.tokenId, card.guid);
  },
);
