/**
 * Hands out turns one after the other with a pause between them, to the networks by turns: one of them cannot make
 * another wait longer than for the networks that wait. Within a network the newest goes first, because under a flood
 * the oldest have given up or soon will.
 */
export class Turns {
  private readonly pauseMs: number;
  /** By network, the next one first. */
  private readonly waiting = new Map<string, (() => void)[]>();
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(pauseMs: number) {
    this.pauseMs = pauseMs;
  }

  /**
   * Calls `take` when it is its turn, at the earliest in a later turn of the event loop or, with nobody before it,
   * at once. @returns gives the turn up
   */
  ask(network: string, take: () => void): () => void {
    const queue = this.waiting.get(network) ?? [];
    queue.push(take);
    this.waiting.set(network, queue);
    if (this.timer === null) this.next();
    return () => this.giveUp(network, take);
  }

  private next(): void {
    this.timer = null;
    const [first] = this.waiting;
    if (first === undefined) return;
    const [network, queue] = first;
    const take = queue.pop();
    this.waiting.delete(network);
    if (queue.length > 0) this.waiting.set(network, queue);
    this.timer = setTimeout(() => this.next(), this.pauseMs);
    take?.();
  }

  private giveUp(network: string, take: () => void): void {
    const left = (this.waiting.get(network) ?? []).filter((other) => other !== take);
    if (left.length === 0) this.waiting.delete(network);
    else if (this.waiting.has(network)) this.waiting.set(network, left);
  }
}
