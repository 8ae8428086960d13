import { PageKind, RefuseCode } from '../../../protocol/generated/control.ts';
import { hostOf, networkOf } from '../../../protocol/link/network.ts';
import { RegistryError } from '../../registry/errors.ts';
import type { TerminalRecord } from '../../registry/records.ts';
import type { Registry } from '../../registry/registry.ts';
import type { DeskPolicy } from '../floor/ports.ts';
import type { Attempts } from './attempts.ts';

/** What is known of a terminal that knocks. */
export interface Knock {
  readonly fingerprint: string;
  /** As it calls itself. */
  readonly name: string;
  /** The code of an enrolment, or nothing. */
  readonly credential: string;
  /** `address:port` */
  readonly address: string;
}

/** A terminal that may not be used, and may wait for that to change. */
export type WaitingReason = 'pending' | 'revoked' | 'conflict';

export type Standing =
  /** `enrolled`: just now, by a code. */
  | { readonly kind: 'approved'; readonly name: string; readonly enrolled?: true }
  | { readonly kind: WaitingReason; readonly name: string }
  | { readonly kind: 'refused'; readonly message: string; readonly code: RefuseCode };

export const WAITING_PAGES: Readonly<Record<WaitingReason, PageKind>> = {
  pending: PageKind.waitingApproval,
  revoked: PageKind.revoked,
  conflict: PageKind.nameConflict,
};

/** Looks terminals up in the registry by their keys; who is new is let in, waits or is refused by policy. */
export class TerminalAdmission {
  readonly #registry: Pick<Registry, 'terminals' | 'enrolments'>;
  readonly #policy: DeskPolicy['admission'];
  readonly #attempts: Attempts;

  constructor(
    registry: Pick<Registry, 'terminals' | 'enrolments'>,
    policy: DeskPolicy['admission'],
    attempts: Attempts,
  ) {
    this.#registry = registry;
    this.#policy = policy;
    this.#attempts = attempts;
  }

  /** Rejects only when the registry cannot be read. */
  async decide(knock: Knock): Promise<Standing> {
    const named = { ...knock, name: nameOf(knock) };
    try {
      return await this.#decide(named);
    } catch (error) {
      if (error instanceof RegistryError) return refusal(error, named.name);
      throw error;
    }
  }

  async #decide(knock: Knock): Promise<Standing> {
    const { terminals } = this.#registry;
    const { fingerprint, name, credential } = knock;
    const known = await terminals.byFingerprint(fingerprint);
    if (known && known.state !== 'pending') return standingOf(await terminals.announce(knock));
    if (credential !== '') return this.#redeem(knock);
    if (this.#policy === 'code' && !known) {
      const message = 'this terminal is not known here; start it with an enrolment code';
      return { kind: 'refused', message, code: RefuseCode.credential };
    }
    const record = await terminals.announce({ fingerprint, name });
    if (this.#policy !== 'auto') return standingOf(record);
    return standingOf(await terminals.approve(record.name));
  }

  /** Codes are tried from an address, whatever keys are made there. */
  async #redeem({ fingerprint, name, credential, address }: Knock): Promise<Standing> {
    const from = `network ${networkOf(hostOf(address))}`;
    if (this.#attempts.waitMs(from) > 0) {
      const message = 'too many codes were wrong; try again in a few minutes';
      return { kind: 'refused', message, code: RefuseCode.busy };
    }
    try {
      const record = await this.#registry.enrolments.redeem(credential, { fingerprint, name });
      return { kind: 'approved', name: record.name, enrolled: true };
    } catch (error) {
      if (error instanceof RegistryError && error.code === 'code-refused')
        this.#attempts.failed(from);
      throw error;
    }
  }
}

export const standingOf = ({ state, name }: TerminalRecord): Standing => ({ kind: state, name });

function refusal(error: RegistryError, name: string): Standing {
  switch (error.code) {
    case 'conflict':
      return { kind: 'conflict', name };
    case 'revoked':
      return { kind: 'revoked', name };
    case 'code-refused':
      return { kind: 'refused', message: error.message, code: RefuseCode.credential };
    case 'invalid':
      return { kind: 'refused', message: error.message, code: RefuseCode.malformed };
    case 'full':
      return { kind: 'refused', message: error.message, code: RefuseCode.busy };
    default:
      throw error;
  }
}

const nameOf = ({ name, fingerprint }: Knock): string =>
  name.trim() === '' ? `terminal-${fingerprint.slice(0, 8)}` : name;
