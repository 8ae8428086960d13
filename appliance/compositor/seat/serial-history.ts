export type SerialKind = 'button' | 'key' | 'touch' | 'enter';

export interface SerialRecord<Client, Surface> {
  serial: number;
  client: Client;
  kind: SerialKind;
  surface: Surface;
  /** A press or touch down; false for a release and for an enter. */
  pressed: boolean;
}

/**
 * The input events that clients may refer to by serial, newest `capacity` of them.
 * A client that names a serial it was never given, or one from long ago, gets null.
 */
export class SerialHistory<Client, Surface> {
  readonly #capacity: number;
  readonly #records = new Map<number, SerialRecord<Client, Surface>>();

  constructor(capacity = 256) {
    this.#capacity = capacity;
  }

  record(entry: SerialRecord<Client, Surface>): void {
    this.#records.delete(entry.serial);
    this.#records.set(entry.serial, entry);
    if (this.#records.size <= this.#capacity) return;
    const oldest = this.#records.keys().next();
    if (!oldest.done) this.#records.delete(oldest.value);
  }

  find(serial: number, client: Client): SerialRecord<Client, Surface> | null {
    const entry = this.#records.get(serial);
    return entry && entry.client === client ? entry : null;
  }
}

/** Whether serial `a` was issued after `b`; serials are 32 bits and wrap. */
export function isNewerSerial(a: number, b: number): boolean {
  return ((a - b) | 0) > 0;
}
