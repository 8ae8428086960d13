import type { Display } from '../../../native/wayland/index.ts';
import {
  type ExtIdleNotificationV1,
  type ExtIdleNotifierV1,
  extIdleNotifierV1,
} from '../../../protocol/wayland/generated/idle-notify.ts';
import type { Scene } from '../scene/scene.ts';
import type { Seat } from '../seat/seat.ts';
import { IdleTimers } from './idle-timers.ts';
import { exposeIdleInhibit, Inhibitors } from './inhibitors.ts';

export interface IdleHost {
  readonly display: Display;
  readonly scene: Pick<Scene, 'arrange' | 'onArrangement'>;
  readonly seat: Pick<Seat, 'onActivity' | 'afterBatch'>;
  readonly clock: () => number;
}

/** Knows how long the user has done nothing, and who wants to hear of it. */
export class Idle {
  readonly #host: IdleHost;
  readonly #timers: IdleTimers;
  readonly inhibitors = new Inhibitors(() => this.#look());
  #looksSoon = false;

  constructor(host: IdleHost) {
    this.#host = host;
    this.#timers = new IdleTimers(host.clock);
    host.seat.onActivity(() => this.#timers.activity());
    host.scene.onArrangement(() => {
      if (!this.inhibitors.isEmpty) this.#look();
    });
  }

  bind(notifier: ExtIdleNotifierV1): void {
    notifier.setHandler({
      getIdleNotification: (id, timeoutMs) => this.#watch(id, timeoutMs),
    });
  }

  [Symbol.dispose](): void {
    this.#timers[Symbol.dispose]();
  }

  #watch(id: ExtIdleNotificationV1, timeoutMs: number): void {
    const listener = {
      timeoutMs,
      idled: () => id.sendIdled(),
      resumed: () => id.sendResumed(),
    };
    id.setHandler({});
    id.onDestroy(() => this.#timers.remove(listener));
    this.#timers.add(listener);
  }

  /** Once per batch: whether a surface that inhibits can be seen shows when the scene is arranged. */
  #look(): void {
    if (this.#looksSoon) return;
    this.#looksSoon = true;
    this.#host.seat.afterBatch(() => {
      this.#looksSoon = false;
      this.#host.scene.arrange();
      this.#timers.setHeld(this.inhibitors.active);
    });
  }
}

/** Offers ext_idle_notifier_v1 1 and zwp_idle_inhibit_manager_v1 1. */
export function exposeIdle(host: IdleHost): Idle {
  const idle = new Idle(host);
  host.display.createGlobal(extIdleNotifierV1, 1, (notifier: ExtIdleNotifierV1) =>
    idle.bind(notifier),
  );
  exposeIdleInhibit(host.display, idle.inhibitors);
  return idle;
}
