import { createHash, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { PcscReader } from '../../firmware/card/pcsc-reader.ts';
import { openLog } from '../../protocol/node/log.ts';
import { isRoot, PASSWORD, reachesUsers } from '../appliance/sessd/rig.ts';
import { CardBench, READERS, whyNoCardBench } from './card/card-bench.ts';
import type { KeySlot, PivSpec } from './card/spec.ts';
import { eventually } from './eventually.ts';
import type { HeldTerminal, HeldTerminalOptions } from './held-terminal.ts';
import { House } from './house.ts';
import type { Picture } from './picture.ts';

/** Null when stories with cards can be played here, a reason to skip them otherwise. */
export function whyNoCardHouse(): string | null {
  if (!isRoot || !reachesUsers)
    return 'users of the machine need root, and a checkout they can read';
  return whyNoCardBench();
}

/** The paper of foot, which an empty desktop does not have. */
const FOOT = 0x111111;
export const hasText = (picture: Picture): boolean => picture.share((rgb) => rgb === FOOT) > 0.1;
/** Of the greeter; it is there while something is asked. */
export const BUTTON = 0x2f6fd0;
export const hasButton = (picture: Picture): boolean =>
  picture.share((rgb) => rgb === BUTTON) > 0.002;

/** SHA-256 of the public key in a slot, as `wradm token add --key` takes it. */
export function keyHash(card: PivSpec, slot: KeySlot): string {
  const certificate = Buffer.from(card.keys[slot]?.certificate ?? '', 'base64');
  const { publicKey } = new X509Certificate(certificate);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex');
}

/**
 * A house, and a bench with a card reader for each of two terminals. One in the life of a process: the PC/SC library
 * looks for its pcscd once.
 */
export class CardHouse {
  readonly bench: CardBench;
  #house: House | null = null;
  readonly #story: string;
  #steps = 0;

  /** @param story what the names of the screenshots begin with */
  static async open(story: string): Promise<CardHouse> {
    const bench = await CardBench.start();
    Object.assign(process.env, bench.env);
    return new CardHouse(story, bench);
  }

  private constructor(story: string, bench: CardBench) {
    this.#story = story;
    this.bench = bench;
  }

  /** A server and users of its own, without cards in the readers. @param config counts more than what tests usually have */
  async begin(config: string, exec = 'foot'): Promise<House> {
    const house = await House.open({ exec });
    this.#house = house;
    await this.configure(config);
    return house;
  }

  /** Has the server begin anew with other settings; sessions run on. */
  async configure(config: string): Promise<void> {
    const house = this.#house as House;
    await house.server.stop();
    writeFileSync(`${house.file('conf.d')}/zz.toml`, config);
    await house.startServer();
  }

  async end(): Promise<void> {
    await this.#house?.close();
    this.#house = null;
    for (const slot of [0, 1] as const) await this.bench.clear(slot);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bench[Symbol.asyncDispose]();
  }

  /** A terminal with one of the two readers. */
  terminal(
    name: string,
    slot: 0 | 1,
    options: Partial<HeldTerminalOptions> = {},
  ): Promise<HeldTerminal> {
    const log = openLog({ level: 'silent', name: 'test', readable: false });
    const readers = [new PcscReader({ reader: READERS[slot], log })];
    return (this.#house as House).terminal(name, { readers, ...options });
  }

  /** Registers a card for a user with both its keys. @returns the hash by which it goes from then on */
  async register(card: PivSpec, user: string): Promise<string> {
    const keys = [`cardKey=${keyHash(card, '9e')}`, `pinKey=${keyHash(card, '9a')}`];
    const options = keys.flatMap((key) => ['--key', key]);
    const token = ['token', 'add', `smartCard:${card.guid}`, user, ...options];
    const added = (await (this.#house as House).wradm(...token)) as { hash: string };
    return added.hash;
  }

  /** Keeps what a terminal shows, numbered in the order of the story. */
  async shot(terminal: HeldTerminal, name: string): Promise<void> {
    this.#steps += 1;
    const number = String(this.#steps).padStart(2, '0');
    await terminal.save(`${this.#story}-${number}-${name}`);
  }
}

/** Waits for the login screen and types a name; the next question is shown then. */
export async function typeName(terminal: HeldTerminal, user: string): Promise<void> {
  await terminal.shows('greeter');
  await terminal.until('the login screen', hasButton);
  const before = buttonOf(await terminal.settled());
  terminal.type(user);
  terminal.press('Enter');
  // The name stands above the next question, and moves it.
  await terminal.until(
    'the next question',
    (picture) => hasButton(picture) && buttonOf(picture) !== before,
  );
  await terminal.settled();
}

const buttonOf = (picture: Picture): string =>
  JSON.stringify(picture.bounds((rgb) => rgb === BUTTON));

export async function logIn(terminal: HeldTerminal, user: string): Promise<void> {
  await typeName(terminal, user);
  terminal.type(PASSWORD);
  terminal.press('Enter');
  await terminal.shows('session');
  await terminal.until('a window', hasText);
}

/** Of the page that is waited for. */
export async function codeOf(
  terminal: HeldTerminal,
  page: Parameters<HeldTerminal['shows']>[0],
): Promise<string> {
  const showing = await terminal.shows(page);
  return showing.what === 'page' ? showing.page.code : '';
}

/** What an administrator finds behind a code, as JSON, once it is written down. */
export function eventsOf(house: House, code: string): Promise<string> {
  return eventually(async () => JSON.stringify(await house.wradm('audit', 'code', code)));
}
