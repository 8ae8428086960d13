import type { Ask, CardApplet } from './card-applet.ts';
import { CardError } from './card-error.ts';
import { type CardKey, isSignature, signingInput } from './card-key.ts';
import { type CardKeyName, type Proof, ProofError, type ProofRequest } from './card-reader.ts';
import type { CardSession, Work } from './card-session.ts';
import { type Identity, identify } from './identify.ts';

type AppletWork<T> = (ask: Ask, applet: CardApplet) => Promise<Work<T>>;

const PIN_BYTES = { min: 4, max: 8 };

/** A card that was told of, or is about to be: what it is and what it proves. */
export class CardSlot {
  readonly insertion: number;
  readonly #session: CardSession;
  readonly #proveMs: number;
  readonly #keys = new Map<CardKeyName, CardKey>();
  #identity: Identity | null = null;

  /** @param proveMs for all that a proof asks of the card */
  constructor(insertion: number, session: CardSession, proveMs: number) {
    this.insertion = insertion;
    this.#session = session;
    this.#proveMs = proveMs;
  }

  get ended(): Promise<void> {
    return this.#session.ended;
  }

  /** @throws CardError */
  async identify(): Promise<Identity> {
    this.#identity = await this.#session.run(async (ask) => ({ result: await identify(ask) }));
    return this.#identity;
  }

  /** Reads what a challenge is going to need, while the server thinks; failures show when they matter. */
  prepare(): void {
    if (!this.#identity?.keys.cardKey) return;
    this.#withApplet(async (ask, applet) => ({
      result: await this.#key(ask, applet, 'cardKey'),
    })).catch(() => undefined);
  }

  /** @throws ProofError */
  async prove({ key: name, text, pin }: ProofRequest): Promise<Proof> {
    if (!this.#identity?.keys[name]) throw new ProofError('noKey', `the card has no ${name}`);
    if (name === 'pinKey' && (!pin || pin.length < PIN_BYTES.min || pin.length > PIN_BYTES.max)) {
      const triesLeft = await this.pinTriesLeft();
      throw new ProofError('pinWrong', 'a PIN has 4 to 8 digits', { triesLeft });
    }
    return this.#proofOf((ask, applet) => this.#prove(ask, applet, name, text, pin));
  }

  /** @throws ProofError */
  async pinTriesLeft(): Promise<number | null> {
    if (!this.#identity?.keys.pinKey) return null;
    return this.#proofOf(async (ask, applet) => {
      const result = await applet.readPinTries(ask);
      // Whoever asks is about to want a PIN: the certificate is there when it has been typed.
      await this.#key(ask, applet, 'pinKey').catch(() => undefined);
      return { result };
    });
  }

  [Symbol.dispose](): void {
    this.#session[Symbol.dispose]();
    this.#keys.clear();
  }

  async #prove(
    ask: Ask,
    applet: CardApplet,
    name: CardKeyName,
    text: Uint8Array,
    pin: Uint8Array | undefined,
  ): Promise<Work<Proof>> {
    const key = await this.#key(ask, applet, name);
    if (name === 'cardKey') return { result: await signed(ask, applet, name, key, text) };
    await checkPin(ask, applet, pin as Uint8Array);
    const outcome = await signed(ask, applet, name, key, text).then(
      (result) => ({ result }),
      (failed: unknown) => ({ failed }),
    );
    return { ...outcome, reset: !(await applet.forgetPin(ask).catch(isLate)) };
  }

  async #key(ask: Ask, applet: CardApplet, name: CardKeyName): Promise<CardKey> {
    const known = this.#keys.get(name);
    if (known) return known;
    const key = await applet.readKey(ask, name);
    this.#keys.set(name, key);
    return key;
  }

  /** Another program may have chosen another applet since. */
  #withApplet<T>(work: AppletWork<T>): Promise<T> {
    const applet = this.#identity?.applet;
    return this.#session.run(async (ask) => {
      if (!applet) throw new CardError('unsupported', 'the card has no keys');
      if (!(await applet.select(ask)))
        throw new CardError('refused', `the ${applet.name} applet is gone`);
      return work(ask, applet);
    }, this.#proveMs);
  }

  async #proofOf<T>(work: AppletWork<T>): Promise<T> {
    try {
      return await this.#withApplet(work);
    } catch (error) {
      throw asProofError(error);
    }
  }
}

/** The time of the proof is over before the card has forgotten the PIN: the reset takes it. */
function isLate(error: unknown): false {
  if (error instanceof CardError && error.code === 'mute') return false;
  throw error;
}

async function signed(
  ask: Ask,
  applet: CardApplet,
  name: CardKeyName,
  key: CardKey,
  text: Uint8Array,
): Promise<Proof> {
  const signature = await applet.sign(ask, name, key, signingInput(key, text));
  if (!isSignature(key, text, signature))
    throw new ProofError('failed', 'the card signed with another key than its certificate tells');
  return { certificate: key.certificate, signature };
}

async function checkPin(ask: Ask, applet: CardApplet, pin: Uint8Array): Promise<void> {
  const answer = await applet.verifyPin(ask, pin);
  if (answer.right) return;
  const { triesLeft } = answer;
  if (triesLeft === 0) throw new ProofError('pinBlocked', 'the PIN is blocked', { triesLeft });
  throw new ProofError('pinWrong', 'the PIN is wrong', { triesLeft });
}

function asProofError(error: unknown): unknown {
  if (!(error instanceof CardError)) return error;
  const { code, message: text } = error;
  const failure =
    code === 'gone' || code === 'readerLost'
      ? 'removed'
      : code === 'unsupported'
        ? 'noKey'
        : 'failed';
  return new ProofError(failure, text, { cause: error });
}
