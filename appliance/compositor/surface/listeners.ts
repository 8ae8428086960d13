/** Callbacks that may come and go while they are called; costs nothing where nobody listens. */
export class Listeners<Args extends unknown[] = []> {
  #callbacks: readonly ((...args: Args) => void)[] = [];

  /** @returns a function that ends the subscription */
  add(callback: (...args: Args) => void): () => void {
    this.#callbacks = [...this.#callbacks, callback];
    return () => {
      this.#callbacks = this.#callbacks.filter((other) => other !== callback);
    };
  }

  call(...args: Args): void {
    for (const callback of this.#callbacks) callback(...args);
  }
}
