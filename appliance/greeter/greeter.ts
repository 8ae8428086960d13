import type { Logger } from '../../protocol/node/log.ts';
import type { BrokerChannel } from './broker-channel.ts';
import { type Effect, type Event, INITIAL, type State } from './conversation/state.ts';
import { transition } from './conversation/transition.ts';
import { SecretStore } from './secret-store.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

export interface GreeterDeps {
  readonly broker: Pick<BrokerChannel, 'send' | 'answer'>;
  readonly log: Logger;
  readonly show: (state: State) => void;
  /** @throws Error for a layout that does not exist */
  readonly useKeyboard: (layout: string, variant: string) => void;
  readonly onExit: () => void;
  readonly nowMs?: () => number;
}

/** Carries out what the conversation decides, and keeps the secrets. */
export class Greeter {
  readonly #deps: GreeterDeps;
  readonly #secrets = new SecretStore();
  readonly #nowMs: () => number;
  #state: State = INITIAL;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(deps: GreeterDeps) {
    this.#deps = deps;
    this.#nowMs = deps.nowMs ?? Date.now;
    this.take({ type: 'tick' });
  }

  take(event: Event): void {
    if (this.#over) return;
    const { state, effects } = transition(this.#state, event, this.#nowMs());
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    // One of them may have been the last.
    if (this.#over) return;
    this.#deps.show(state);
    this.#waitForChange();
  }

  /** Nothing that was typed stays in memory. */
  [Symbol.dispose](): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#secrets.wipe();
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        return this.#deps.broker.send(effect.message);
      case 'answer':
        return this.#answer(effect);
      case 'append':
        return this.#secrets.append(effect.field, effect.codePoint);
      case 'erase':
        return this.#secrets.erase(effect.field);
      case 'clear':
        return this.#secrets.clear(effect.field);
      case 'wipe':
        return this.#secrets.wipe();
      case 'keyboard':
        return this.#useKeyboard(effect.layout, effect.variant);
      case 'exit':
        return this.#deps.onExit();
    }
  }

  #answer({ login, round, answers }: Effect & { type: 'answer' }): void {
    const bytes = answers.map((answer) => {
      if (answer === null) return null;
      return typeof answer === 'string' ? this.#secrets.read(answer) : Buffer.from(answer.text);
    });
    this.#deps.broker.answer(login, round, bytes);
  }

  #useKeyboard(layout: string, variant: string): void {
    try {
      this.#deps.useKeyboard(layout, variant);
    } catch (error) {
      // The administrator's list has it, this system's keyboard data does not.
      this.#deps.log.warn({ layout, variant, err: error }, 'keyboard layout cannot be used');
    }
  }

  /** The clock shows minutes; a countdown shows seconds. */
  #waitForChange(): void {
    const { step, nowMs } = this.#state;
    const counts = step.kind === 'failed' && step.untilMs !== null;
    const unit = counts ? SECOND_MS : MINUTE_MS;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.take({ type: 'tick' }), unit - (nowMs % unit));
  }
}
