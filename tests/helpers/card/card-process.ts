import { createInterface } from 'node:readline';
import { ReaderFlag, ReaderWatch } from '../../../native/card/index.ts';
import type { CardCommand, CardReport } from './spec.ts';
import { VirtualCard } from './virtual-card.ts';

// Runs in the network namespace of one pcscd; takes cards in and out as it is told on its input.
const FIRST_PORT = 0x8c7b;
const PATIENCE_MS = 5_000;
const cards = new Map<number, VirtualCard>();
let tail = Promise.resolve();

const report = (message: CardReport) => process.stdout.write(`${JSON.stringify(message)}\n`);
const nowUs = () => Number(process.hrtime.bigint() / 1000n);

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const command = JSON.parse(line) as CardCommand;
    tail = tail.then(() => obey(command));
  })
  .on('close', () => process.exit(0));
report({ did: 'ready' });

async function obey(command: CardCommand): Promise<void> {
  const { slot } = command;
  const lying = cards.get(slot);
  cards.delete(slot);
  // One that has power and goes before that is known would be taken for the same card as the next.
  if (lying?.hasPower) await until(slot, true);
  if (lying) lying.remove();
  else if (command.do === 'remove') report({ did: 'removed', slot, atUs: nowUs() });
  if (command.do === 'remove') return;
  if (command.do === 'clear') {
    await until(slot, false);
    report({ did: 'cleared', slot });
    return;
  }
  if (!command.unseen) await until(slot, false);
  const card = new VirtualCard(command.card, FIRST_PORT + slot, {
    powered: () => report({ did: 'powered', slot, atUs: nowUs() }),
    apdu: (header) => report({ did: 'apdu', slot, header }),
    removed: () => report({ did: 'removed', slot, atUs: nowUs() }),
  });
  cards.set(slot, card);
}

/**
 * The driver takes a card that comes before it has looked for the last one, and nobody sees a difference: so wait for
 * PC/SC to know of the last step before the next. Without a reader there is nothing to wait for.
 */
function until(slot: number, present: boolean): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      watch[Symbol.dispose]();
      resolve();
    };
    const timer = setTimeout(finish, PATIENCE_MS);
    const watch = new ReaderWatch(({ readers }) => {
      const reader = readers.find(({ name }) => name.endsWith(` 0${slot}`));
      if (!reader || ((reader.flags & ReaderFlag.present) !== 0) === present) finish();
    });
  });
}
