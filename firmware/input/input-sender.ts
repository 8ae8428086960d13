import { encodeInput, type InputMessage } from '../../protocol/generated/input.ts';

type Unstamped<Message> = Message extends { sequence: number; timeUs: number }
  ? Omit<Message, 'sequence' | 'timeUs'>
  : Message;
/** What a device tells, without the stamp that the sender adds. */
export type Input = Unstamped<Exclude<InputMessage, { type: 'Shown' | 'Together' }>>;

/**
 * Numbers the input and sends it. It knows what is held down: a key is pressed once and released once, and
 * `releaseAll` lets go of everything, so that nothing sticks when the focus or the link is lost.
 */
export class InputSender {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #nowUs: () => number;
  readonly #keys = new Set<number>();
  readonly #buttons = new Set<number>();
  #sequence = 0;

  constructor(send: (bytes: Uint8Array) => void, nowUs: () => number) {
    this.#send = send;
    this.#nowUs = nowUs;
  }

  /** The number of the last input. */
  get sequence(): number {
    return this.#sequence;
  }

  send(input: Input): void {
    if (input.type === 'Key' && !toggle(this.#keys, input.code, input.pressed)) return;
    if (input.type === 'PointerButton' && !toggle(this.#buttons, input.code, input.pressed)) return;
    this.#emit(input);
  }

  releaseAll(): void {
    this.#keys.clear();
    this.#buttons.clear();
    this.#emit({ type: 'ReleaseAll' });
  }

  #emit(input: Input): void {
    const stamp = { sequence: ++this.#sequence, timeUs: this.#nowUs() };
    this.#send(encodeInput({ ...input, ...stamp } as InputMessage));
  }
}

/** Whether this is news. */
function toggle(held: Set<number>, code: number, pressed: boolean): boolean {
  if (!pressed) return held.delete(code);
  if (held.has(code)) return false;
  held.add(code);
  return true;
}
