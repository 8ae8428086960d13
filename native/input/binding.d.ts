/**
 * The raw addon: arguments are not checked here, index.ts does that. What fails throws an Error with `call` (a function's
 * name) and `errno`.
 */
export interface RawInputDevice {
  readonly name: string;
  readonly node: string;
  readonly output: string;
  readonly vendor: number;
  readonly product: number;
  /** Bits as enum wr_input_ability. */
  readonly abilities: number;
}

export interface RawInput {
  /** Takes what there is now instead of when the event loop comes to it. */
  dispatch(): void;
  /** null: it is gone; within `taken` also those that were just removed are known. */
  describe(device: number): RawInputDevice | null;
  setLeds(mask: number): void;
  seat(): { daemon: boolean; active: boolean; name: string };
  openDevice(path: string): number;
  closeDevice(fd: number): void;
  /** May be called by what it calls. */
  close(): void;
}

export interface InputAddon {
  /**
   * @param taken gets records of `recordNumbers` numbers each: kind, device, time in µs, code, state, a, b, c, d, as in queue.h
   * @param lost comes once, when nothing can be read any more
   * @param said gets what libinput complains about
   */
  readonly Input: new (
    daemon: boolean,
    speed: number,
    profile: number,
    naturalScroll: boolean,
    tap: boolean,
    leftHanded: boolean,
    taken: (records: Float64Array) => void,
    lost: (call: string, errno: number) => void,
    said: (line: string) => void,
  ) => RawInput;
  readonly recordNumbers: number;
}
