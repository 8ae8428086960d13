import { setTimeout as wait } from 'node:timers/promises';
import { CacApplets } from './cac-applets.ts';
import { type Command, PivApplet, parseCommand } from './piv-applet.ts';
import type { CardFault, CardSpec } from './spec.ts';

/** Contact card with T=1, or what a reader says of a contactless chip. */
const ATR = { contact: '3b800181', contactless: '3b8f8001804f0ca000000306030001000000006a' };

/** What the reader gets: bytes, or nothing because the card is mute, or a card that is pulled out meanwhile. */
export type ChipAnswer = Buffer | 'mute' | 'vanish';

/** The chip of a card under test, whatever kind of reader it lies in. */
export class CardChip {
  readonly #spec: CardSpec;
  readonly #applets: PivApplet | CacApplets | null;
  #faultCalls = 0;

  constructor(spec: CardSpec) {
    this.#spec = spec;
    this.#applets = appletsOf(spec);
  }

  get atr(): Buffer {
    const { kind, atr } = this.#spec;
    return Buffer.from(atr ?? (kind === 'badge' ? ATR.contactless : ATR.contact), 'hex');
  }

  /** What a PIN allowed is forgotten; the tries that are left are not. */
  reset(): void {
    this.#applets?.reset();
  }

  async answer(apdu: Buffer): Promise<ChipAnswer> {
    const command = parseCommand(apdu);
    if (this.#spec.delayMs) await wait(this.#spec.delayMs);
    const { fault } = this.#spec;
    if (fault && command.ins === fault.instruction && this.#faultCalls++ >= (fault.after ?? 0))
      return misbehaviour(fault.kind);
    // A card that says 61FF is asked for the rest.
    if (fault?.kind === 'endless' && command.ins === 0xc0) return misbehaviour('endless');
    return this.#answer(command);
  }

  #answer(command: Command): Buffer {
    if (this.#applets) return this.#applets.answer(command);
    if (this.#spec.kind === 'badge' && command.cla === 0xff && command.ins === 0xca)
      return Buffer.from(`${this.#spec.uid}9000`, 'hex');
    return Buffer.from('6d00', 'hex');
  }
}

function appletsOf(spec: CardSpec): PivApplet | CacApplets | null {
  if (spec.kind === 'piv') return new PivApplet(spec);
  return spec.kind === 'cac' ? new CacApplets(spec) : null;
}

function misbehaviour(kind: CardFault['kind']): ChipAnswer {
  switch (kind) {
    case 'mute':
    case 'vanish':
      return kind;
    case 'short':
      return Buffer.of(0x90);
    case 'empty':
      return Buffer.from('9000', 'hex');
    case 'huge':
      return Buffer.concat([Buffer.alloc(60_000, 0x41), Buffer.from('9000', 'hex')]);
    case 'endless':
      return Buffer.concat([Buffer.alloc(255, 0x53), Buffer.from('61ff', 'hex')]);
    case 'garbage':
      return Buffer.concat([Buffer.from('c3f1a07e55', 'hex'), Buffer.from('9000', 'hex')]);
    case 'longTlv':
      return Buffer.from('5384ffffffff70827fff309000', 'hex');
    default:
      return kind satisfies never;
  }
}
