import { randomBytes } from 'node:crypto';
import {
  CardKey,
  type CardProof,
  type CardProofFailed,
  type ControlMessage,
  ProofProblem,
} from '../../../protocol/generated/control.ts';
import { CARD_PROOF_NONCE_BYTES, type CardKeyName } from '../../../protocol/session/card-proof.ts';
import type { Clock } from '../desk/clock.ts';

/** A key that wants no PIN answers by itself; for a PIN a person has to type. */
const TIMEOUT_MS: Readonly<Record<CardKeyName, number>> = { cardKey: 30_000, pinKey: 3 * 60_000 };

export type ProofProblemName = keyof typeof ProofProblem;

export type ChallengeAnswer =
  | {
      readonly kind: 'proof';
      readonly nonce: Uint8Array;
      readonly certificate: Uint8Array;
      readonly signature: Uint8Array;
    }
  | {
      readonly kind: 'failed';
      readonly problem: ProofProblemName;
      /** Null when unknown. */
      readonly triesLeft: number | null;
    }
  | { readonly kind: 'timeout' }
  /** Nobody wants to know any more. */
  | { readonly kind: 'ended' };

export interface Challenge {
  readonly insertion: number;
  readonly key: CardKeyName;
  /** 30 s, 3 min where a PIN is typed. */
  readonly timeoutMs?: number;
}

interface Pending extends Challenge {
  readonly request: number;
  readonly nonce: Uint8Array;
  readonly settle: (answer: ChallengeAnswer) => void;
}

/** Challenges the cards of one terminal, one at a time. A nonce is used once, whatever becomes of it. */
export class CardChallenger {
  readonly #send: (message: ControlMessage) => void;
  readonly #clock: Clock;
  #request = 0;
  #pending: Pending | null = null;

  constructor(send: (message: ControlMessage) => void, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  /** Ends the challenge before. */
  ask(challenge: Challenge): Promise<ChallengeAnswer> {
    this.end();
    const { insertion, key, timeoutMs = TIMEOUT_MS[key] } = challenge;
    this.#request += 1;
    const request = this.#request;
    const nonce = new Uint8Array(randomBytes(CARD_PROOF_NONCE_BYTES));
    const { promise, resolve } = Promise.withResolvers<ChallengeAnswer>();
    const stop = this.#clock.after(timeoutMs, () => {
      this.#tellEnd(request);
      settle({ kind: 'timeout' });
    });
    const settle = (answer: ChallengeAnswer): void => {
      stop();
      this.#pending = null;
      resolve(answer);
    };
    this.#pending = { ...challenge, request, nonce, settle };
    this.#send({ type: 'CardChallenge', insertion, request, key: CardKey[key], nonce });
    return promise;
  }

  /** @returns false for an answer that nobody waits for: late, repeated, or of another card, key or challenge */
  receive(message: CardProof | CardProofFailed): boolean {
    const pending = this.#pending;
    if (message.request !== pending?.request || message.insertion !== pending.insertion)
      return false;
    if (message.type === 'CardProofFailed') {
      const { problem, triesLeft } = message;
      pending.settle({
        kind: 'failed',
        problem: problemName(problem),
        triesLeft: triesLeft === 255 ? null : triesLeft,
      });
      return true;
    }
    if (message.key !== CardKey[pending.key]) return false;
    // Views into what was received, which is used again.
    const certificate = new Uint8Array(message.certificate);
    const signature = new Uint8Array(message.signature);
    pending.settle({ kind: 'proof', nonce: pending.nonce, certificate, signature });
    return true;
  }

  /** Tells the terminal that its answer is not wanted any more. */
  end(): void {
    const pending = this.#pending;
    if (!pending) return;
    this.#tellEnd(pending.request);
    pending.settle({ kind: 'ended' });
  }

  #tellEnd(request: number): void {
    this.#send({ type: 'CardChallengeEnd', request });
  }
}

function problemName(problem: number): ProofProblemName {
  for (const [name, value] of Object.entries(ProofProblem)) {
    if (value === problem) return name as ProofProblemName;
  }
  return 'failed';
}
