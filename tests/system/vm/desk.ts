import { join } from 'node:path';
import { makePivCard } from '../../helpers/card/make-card.ts';
import type { PivSpec } from '../../helpers/card/spec.ts';
import { CardHouse } from '../../helpers/card-house.ts';
import type { HeldTerminal } from '../../helpers/held-terminal.ts';
import type { House } from '../../helpers/house.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import type { Stage, World } from './chapter.ts';
import { type OneMachine, openMachine } from './one-machine.ts';
import { makeStateDisk } from './state-disk.ts';
import { VirtualCard } from './virtual-card.ts';

/** QEMU's network has the host's loopback at this address. */
const HOST = '10.0.2.2';
const LOG_SHOWN = 4000;
/** A card that is new is registered at the first login; whoever was there within five minutes types nothing. */
const POLICY = [
  'tokens.registration = "first-use"',
  'policy.unlock = ["password"]',
  'policy.unlock-within-grace = ["card-key"]',
  'policy.grace = "30m"',
].join('\n');

/** A server for many people, a machine with a card reader, another terminal with one, a person with a card. */
export interface Desk extends World {
  /** Another one after each boot. */
  at: OneMachine;
  readonly house: House;
  readonly cards: CardHouse;
  readonly reader: VirtualCard;
  readonly card: PivSpec;
  readonly user: string;
  /** Of the same size as the machine's screen. */
  other: HeldTerminal | null;
  /** Switches the machine on; what it keeps is kept. */
  boot(): Promise<OneMachine>;
}

export async function openDesk(stage: Stage): Promise<Desk> {
  const stack = new AsyncDisposableStack();
  try {
    const cards = stack.use(await CardHouse.open('vm'));
    stack.defer(() => cards.end());
    const house = await cards.begin(POLICY);
    const scratch = stack.use(scratchFolder());
    const stateDisk = join(scratch.path, 'state.img');
    makeStateDisk(stateDisk);
    const cardSocket = join(scratch.path, 'card.sock');
    const reader = stack.use(await VirtualCard.listen(cardSocket));
    const server = house.address.replace('127.0.0.1', HOST);
    const words = `wayray.server=${server} wayray.pin=${house.fingerprint} sysrq_always_enabled`;
    const boot = async () => openMachine(stage, { words, stateDisk, cardSocket });
    const desk: Desk = {
      ...{
        house,
        cards,
        reader,
        card: await makePivCard(),
        user: house.users.add('v'),
      },
      at: await boot(),
      other: null,
      boot,
      describe: () =>
        [
          desk.at.describe(),
          `wrsrvd: …${house.server.stderr.slice(-LOG_SHOWN)}`,
          `wrsessd: …${house.sessd.program.stderr.slice(-LOG_SHOWN)}`,
        ].join('\n'),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
    stack.defer(() => desk.at[Symbol.asyncDispose]());
    return desk;
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
