import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePivCard } from '../../helpers/card/make-card.ts';
import type { PivSpec } from '../../helpers/card/spec.ts';
import { CardHouse } from '../../helpers/card-house.ts';
import type { HeldTerminal } from '../../helpers/held-terminal.ts';
import type { House } from '../../helpers/house.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import type { Stage, World } from './chapter.ts';
import { type OneMachine, type OneMachineOptions, openMachine } from './one-machine.ts';
import { makeStateDisk } from './state-disk.ts';
import { VirtualCard } from './virtual-card.ts';

/** QEMU's network has the host's loopback at this address. */
const HOST = '10.0.2.2';
const LOG_SHOWN = 4000;

/** A card that is new is registered at the first login; whoever was there before types nothing. */
export const FIRST_USE = [
  'tokens.registration = "first-use"',
  'policy.unlock = ["password"]',
  'policy.unlock-within-grace = ["card-key"]',
  'policy.grace = "1h"',
].join('\n');
/** The card alone opens the session. */
export const CARD_ALONE = 'policy.unlock = ["card-key"]\n';

/** What a machine is told of the server. */
export interface ServerWords {
  /** host:port as the machine sees it */
  readonly server: string;
  readonly pin: string;
  /** For files that go with the desk. */
  readonly folder: string;
}

export interface DeskOptions {
  /** Lines of wrsrvd.toml. */
  readonly policy: string;
  /** The person's card is known from the beginning. */
  readonly registered: boolean;
  /** Default: the image for tests, with a disk for its state. */
  readonly boot?: (words: ServerWords) => OneMachineOptions | Promise<OneMachineOptions>;
}

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
  /** Ends the server if it runs, and starts it at the same address. */
  restartServer(): Promise<void>;
}

/** One in the life of a process, see CardHouse. */
let shared: Promise<CardHouse> | null = null;

/** Of all desks, once none is open any more. */
export async function closeCardHouse(): Promise<void> {
  await (await shared)?.[Symbol.asyncDispose]();
}

export async function openDesk(stage: Stage, options: DeskOptions): Promise<Desk> {
  const stack = new AsyncDisposableStack();
  try {
    shared ??= CardHouse.open('vm');
    const cards = await shared;
    stack.defer(() => cards.end());
    const house = await cards.begin(options.policy);
    const { path: folder } = stack.use(scratchFolder());
    const cardSocket = join(folder, 'card.sock');
    const reader = stack.use(await VirtualCard.listen(cardSocket));
    const [card, user] = [await makePivCard(), house.users.add('v')];
    if (options.registered) await cards.register(card, user);
    const { address, fingerprint: pin } = house;
    const server = address.replace('127.0.0.1', HOST);
    const hardware = await (options.boot ?? fromKernel)({ server, pin, folder });
    const boot = () => openMachine(stage, { ...hardware, cardSocket });
    const desk: Desk = {
      ...{ house, cards, reader, card, user, boot, other: null, at: await boot() },
      restartServer: () => cards.configure(`listen = "${address}"\n${options.policy}`),
      describe: () => `${desk.at.describe()}\n${logsOf(house)}`,
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
    stack.defer(() => desk.at[Symbol.asyncDispose]());
    return desk;
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** With commands to the kernel, see Machine. */
function fromKernel({ server, pin, folder }: ServerWords): OneMachineOptions {
  const stateDisk = join(folder, 'state.img');
  makeStateDisk(stateDisk);
  const words = `wayray.server=${server} wayray.pin=${pin} sysrq_always_enabled`;
  return { words, stateDisk };
}

/** Of the server's programs, and of each session. */
function logsOf(house: House): string {
  const said = [
    ['wrsrvd', house.server.stderr],
    ['wrsessd', house.sessd.program.stderr],
  ];
  const folder = house.file('log');
  const files = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
    : [];
  const kept = files
    .filter((name) => name.endsWith('.log'))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
  return [...said, ...kept]
    .map(([name, text = '']) => `${name}: …${text.slice(-LOG_SHOWN)}`)
    .join('\n');
}
