import { createInterface } from 'node:readline';
import { ReaderFlag, ReaderWatch } from '../../../native/card/index.ts';
import type { CardCommand, CardReport } from './spec.ts';
import { VirtualCard } from './virtual-card.ts';

// Runs in the network namespace of one pcscd; takes cards in and out as it is told on its input.
const FIRST_PORT = 0x8c7b;
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
  if (lying) lying.remove();
  else if (command.do === 'remove') report({ did: 'removed', slot, atUs: nowUs() });
  if (command.do === 'remove') return;
  if (command.do === 'clear') {
    await untilEmpty(slot);
    report({ did: 'cleared', slot });
    return;
  }
  if (!command.unseen) await untilEmpty(slot);
  const card = new VirtualCard(command.card, FIRST_PORT + slot, {
    powered: () => report({ did: 'powered', slot, atUs: nowUs() }),
    apdu: (header) => report({ did: 'apdu', slot, header }),
    removed: () => report({ did: 'removed', slot, atUs: nowUs() }),
  });
  cards.set(slot, card);
}

/** The driver takes a card that comes before it has looked for the last one. */
function untilEmpty(slot: number): Promise<void> {
  return new Promise((resolve) => {
    const watch = new ReaderWatch(({ readers }) => {
      const reader = readers.find(({ name }) => name.endsWith(` 0${slot}`));
      if (reader && (reader.flags & ReaderFlag.present) !== 0) return;
      watch[Symbol.dispose]();
      resolve();
    });
  });
}
