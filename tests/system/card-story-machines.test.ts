import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import test from 'ava';
import sharp from 'sharp';
import { CardBench } from '../helpers/card/card-bench.ts';
import { makePivCard } from '../helpers/card/make-card.ts';
import { keyHash, whyNoCardHouse } from '../helpers/card-house.ts';
import { House } from '../helpers/house.ts';
import { keyPress } from '../helpers/keys.ts';
import { Program, repository } from '../helpers/program.ts';

// Two machines: each with its own wrclient, pcscd, card reader and network namespace for it.
const reason = whyNoCardHouse();
const live = reason === null ? test.serial : test.serial.skip;
if (reason !== null) test(`skipped: ${reason}`, (t) => t.pass());

const keys = (text: string) =>
  [...text].map((character) => ({ type: 'key', code: keyPress(character).code }));
const shown = (what: string) => ({ type: 'await', shown: what });
const settle = { type: 'settle' };

class Machine {
  readonly bench: CardBench;
  readonly shot: string;
  readonly program: Program;

  /** @param steps what happens in front of it; then it is switched off */
  constructor(house: House, name: string, bench: CardBench, steps: readonly object[]) {
    this.bench = bench;
    this.shot = house.file(`${name}.png`);
    const script = house.file(`${name}.ndjson`);
    writeFileSync(script, steps.map((step) => JSON.stringify(step)).join('\n'));
    const args = ['--server', house.address, '--pin', house.fingerprint, '--name', name];
    args.push('--display', 'headless', '--size', '1000x700', '--reader', 'Virtual PCD 00 00');
    args.push('--state-dir', house.file(`machine-${name}`), '--input', script);
    args.push('--screenshot', this.shot);
    this.program = new Program('firmware/main.js', args, { ...process.env, ...bench.env });
  }

  pixels(): Promise<Buffer> {
    return sharp(this.shot).raw().toBuffer();
  }

  keep(name: string): void {
    mkdirSync(`${repository}/tests/system/build`, { recursive: true });
    copyFileSync(this.shot, `${repository}/tests/system/build/card-story-machines-${name}.png`);
  }
}

live('two machines with readers of their own: the session goes along with the card', async (t) => {
  t.timeout(120_000);
  const house = await House.open({ config: '[policy]\nunlock = ["card-key"]\n' });
  t.teardown(() => house.close());
  await using one = await CardBench.start();
  await using two = await CardBench.start();
  const card = await makePivCard();
  const ann = house.users.add('m');
  const key = `cardKey=${keyHash(card, '9e')}`;
  await house.wradm('token', 'add', `smartCard:${card.guid}`, ann, '--key', key);

  const text = 'echo written at the first machine';
  const typed = [settle, ...keys(text), { type: 'wait', ms: 500 }, settle];
  const first = new Machine(house, 'first', one, [shown('session'), ...typed]);
  const second = new Machine(house, 'second', two, [
    shown('session'),
    { type: 'wait', ms: 500 },
    settle,
  ]);
  await one.insert(card);
  t.is((await first.program.ended).status, 0, first.program.stderr);
  first.keep('01-first');
  // It was switched off with the card in it.
  t.is((await house.sessions())[0]?.state, 'suspended');
  await one.remove();
  await two.insert(card);
  t.is((await second.program.ended).status, 0, second.program.stderr);
  second.keep('02-second');
  t.true((await first.pixels()).equals(await second.pixels()), 'bit for bit');
  t.is((await house.sessions()).length, 1);
});
