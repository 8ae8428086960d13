import { createInterface } from 'node:readline';
import type { CardCommand, CardReport } from './spec.ts';
import { VirtualCard } from './virtual-card.ts';

// Runs in the network namespace of one pcscd; takes cards in and out as it is told on its input.
const FIRST_PORT = 0x8c7b;
const cards = new Map<number, VirtualCard>();

const report = (message: CardReport) => process.stdout.write(`${JSON.stringify(message)}\n`);
const nowUs = () => Number(process.hrtime.bigint() / 1000n);

createInterface({ input: process.stdin })
  .on('line', (line) => obey(JSON.parse(line) as CardCommand))
  .on('close', () => process.exit(0));
report({ did: 'ready' });

function obey(command: CardCommand): void {
  const { slot } = command;
  cards.get(slot)?.remove();
  cards.delete(slot);
  if (command.do === 'remove') return;
  const card = new VirtualCard(command.card, FIRST_PORT + slot, {
    powered: () => report({ did: 'powered', slot, atUs: nowUs() }),
    apdu: (header) => report({ did: 'apdu', slot, header }),
    removed: () => report({ did: 'removed', slot, atUs: nowUs() }),
  });
  cards.set(slot, card);
}
