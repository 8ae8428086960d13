import { setTimeout as wait } from 'node:timers/promises';

/**
 * Waits for a state of the world that has no event of its own (a file's content, a process table).
 * @throws the last error when it does not come about within the time
 */
export async function eventually<T>(look: () => T | Promise<T>, timeoutMs = 10_000): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await wait(25);
    }
  }
}
