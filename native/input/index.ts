import { loadAddon } from '../load.ts';
import type { InputAddon, RawInput } from './binding.d.ts';
import { abilitiesOf, eventOf, type InputEvent } from './events.ts';
import { asInputError, InputError } from './input-error.ts';
import { type SeatDaemon, seatDaemons, withSeatDaemon } from './seat-daemon.ts';

const addon = loadAddon<InputAddon>('input');
const KIND = { added: 1, removed: 2 } as const;
const PROFILES = { flat: 1, adaptive: 2 } as const;
const LEDS_MAX = 7;

export interface InputSettings {
  /** Of pointers: -1 slowest, 0 as usual, 1 fastest. */
  readonly acceleration: number;
  /** null: as libinput has it for the device. */
  readonly profile: keyof typeof PROFILES | null;
  readonly naturalScroll: boolean;
  readonly tap: boolean;
  readonly leftHanded: boolean;
}

export interface InputHandlers {
  /**
   * What happened, in its order, at most 256 at once. Movements without anything between them are one. Devices that are
   * there already come while the Input is being made.
   */
  events(events: readonly InputEvent[]): void;
  /** Nothing will come any more; nothing but dispose() makes sense. */
  lost(error: InputError): void;
  /** libinput's complaints about devices. */
  said(line: string): void;
}

/** The devices of this machine, opened by a seat daemon where one runs and has a seat for us, else by this program. */
export class Input implements Disposable {
  /** null: devices are opened directly. */
  readonly daemon: SeatDaemon | null;
  readonly #raw: RawInput;
  readonly #handlers: InputHandlers;

  /**
   * @param daemons whom to ask for a seat, in this order; before devices are opened directly
   * @throws InputError when there is no way to look for devices
   */
  constructor(
    settings: InputSettings,
    handlers: InputHandlers,
    daemons: readonly SeatDaemon[] = seatDaemons(process.env),
  ) {
    checkSettings(settings);
    this.#handlers = handlers;
    const { raw, daemon } = this.#open(settings, daemons);
    this.#raw = raw;
    this.daemon = daemon;
    raw.dispatch();
  }

  /** Whether this program has the seat. */
  get active(): boolean {
    return asInputError(() => this.#raw.seat().active);
  }

  /** e.g. `seat0` */
  get seatName(): string {
    return asInputError(() => this.#raw.seat().name);
  }

  /** @param mask bit 0 Num Lock, bit 1 Caps Lock, bit 2 Scroll Lock; later keyboards get it, too */
  setLeds(mask: number): void {
    asInputError(() => this.#raw.setLeds(mask & LEDS_MAX));
  }

  /** Opens a device by the seat daemon. @throws InputError when it refuses, or where there is none */
  openDevice(path: string): number {
    if (typeof path !== 'string' || path.includes('\0')) throw new TypeError('a path is expected');
    if (!this.daemon) throw new InputError('libseat_open_device', 19, 'there is no seat daemon');
    return asInputError(() => this.#raw.openDevice(path));
  }

  /** Gives back what openDevice() gave. */
  closeDevice(fd: number): void {
    if (!Number.isInteger(fd)) throw new TypeError('a descriptor is expected');
    asInputError(() => this.#raw.closeDevice(fd));
  }

  [Symbol.dispose](): void {
    this.#raw.close();
  }

  #open(
    settings: InputSettings,
    daemons: readonly SeatDaemon[],
  ): { raw: RawInput; daemon: SeatDaemon | null } {
    for (const daemon of daemons) {
      try {
        return { raw: withSeatDaemon(daemon, () => this.#openRaw(settings, true)), daemon };
      } catch (error) {
        const { message } = error as Error;
        this.#handlers.said(`${daemon} gives no seat: ${message}`);
      }
    }
    return { raw: this.#openRaw(settings, false), daemon: null };
  }

  #openRaw(settings: InputSettings, daemon: boolean): RawInput {
    return asInputError(
      () =>
        new addon.Input(
          daemon,
          settings.acceleration,
          settings.profile ? PROFILES[settings.profile] : 0,
          settings.naturalScroll,
          settings.tap,
          settings.leftHanded,
          (records) => this.#taken(records),
          (call, errno) =>
            this.#handlers.lost(new InputError(call, errno, `${call} failed with errno ${errno}`)),
          (line) => this.#handlers.said(line),
        ),
    );
  }

  #taken(records: Float64Array): void {
    const events: InputEvent[] = [];
    for (let at = 0; at < records.length; at += addon.recordNumbers) {
      const event = this.#deviceEvent(records[at], records[at + 1] ?? 0) ?? eventOf(records, at);
      if (event) events.push(event);
    }
    this.#handlers.events(events);
  }

  #deviceEvent(kind: number | undefined, id: number): InputEvent | null {
    if (kind === KIND.added) return this.#added(id);
    return kind === KIND.removed ? { type: 'removed', device: id } : null;
  }

  #added(id: number): InputEvent | null {
    const raw = this.#raw.describe(id);
    if (!raw) return null;
    const { abilities, output, ...rest } = raw;
    const device = { id, ...rest, output: output || null, abilities: abilitiesOf(abilities) };
    return { type: 'added', device };
  }
}

function checkSettings({ acceleration, profile }: InputSettings): void {
  if (!(acceleration >= -1 && acceleration <= 1))
    throw new RangeError('acceleration must be a number from -1 to 1');
  if (profile !== null && !(profile in PROFILES))
    throw new RangeError('profile must be flat, adaptive or null');
}

export type { Ability, InputDevice, InputEvent, ScrollAxis, ScrollSource } from './events.ts';
export { InputError } from './input-error.ts';
export { type SeatDaemon, type SeatDaemonPlaces, seatDaemons } from './seat-daemon.ts';
