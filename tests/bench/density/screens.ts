import { Observer } from '../host/observer.ts';
import type { Processes } from '../host/processes.ts';
import { startViewerScreen, type XServer } from '../host/x-server.ts';
import type { DenseServer } from './product.ts';

const SHOWN_MS = 20_000;

/** Screens of the people who look at sessions, one each, with eyes and hands at them. */
export interface Screens {
  readonly observers: readonly Observer[];
  /** Resolves when every session's application is seen on its screen. */
  attach(server: DenseServer): Promise<void>;
  close(): Promise<void>;
}

export async function openScreens(processes: Processes, count: number): Promise<Screens> {
  const screens: XServer[] = [];
  const observers: Observer[] = [];
  for (let i = 0; i < count; i++) {
    const screen = await startViewerScreen(processes);
    screens.push(screen);
    observers.push(await Observer.open(processes, screen.display));
  }
  return {
    observers,
    async attach({ sessions }) {
      const waiting = [...sessions.entries()];
      const attachNext = async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const [i, session] = next;
          await session.attach(screens[i]?.display ?? '');
          await observers[i]?.untilShown(i, SHOWN_MS);
        }
      };
      await Promise.all([attachNext(), attachNext()]);
    },
    async close() {
      for (const screen of screens) await screen.process.stop();
    },
  };
}
