import { existsSync } from 'node:fs';
import {
  Input as Devices,
  type InputDevice,
  InputError,
  type InputEvent,
  type InputHandlers,
  type InputSettings,
} from '../../native/input/index.ts';
import type { Logger } from '../../protocol/node/log.ts';
import type { InputConfig } from '../config/input.ts';
import type { Input } from './input-sender.ts';
import type { SeatOutput } from './pointer-place.ts';
import { SeatEvents } from './seat-events.ts';

export type { SeatOutput } from './pointer-place.ts';

/** Without udevd libinput finds nothing. */
const UDEVD = '/run/udev/control';
/** A seat daemon that ended may come back. */
const REOPEN_MS = 2000;

export type DeviceKind = 'keyboard' | 'pointer' | 'touch' | 'tablet' | 'switch';

export interface SeatDevice {
  readonly name: string;
  readonly kinds: readonly DeviceKind[];
}

export interface SeatDeps {
  readonly config: InputConfig;
  readonly log: Logger;
  /** Positions are in 1/256 of a picture pixel of an output. */
  input(input: Input): void;
  /** The pointer is at this picture pixel (a fraction) of an output; called before `input` tells the session. */
  moved(output: number, x: number, y: number): void;
  /** Never called while the Seat is being made: look at `devices` then. */
  devicesChanged(devices: readonly SeatDevice[]): void;
  /** A device went away with keys down, or another program has the seat: nothing stays pressed. */
  releaseAll(): void;
  /** Another virtual terminal has the seat, or we have it again. */
  seatChanged?(active: boolean): void;
  /** The seat daemon is gone: what it opened is to be let go of within the call, and opened anew. */
  lost?(): void;
  /** There is a seat daemon again: what it is to give away and back is to be opened through it. */
  returned?(): void;
}

/** A device that the seat daemon opened; dispose of it when it is not used any more. */
export interface SeatFile extends Disposable {
  readonly fd: number;
}

/** What the seat asks of native/input. */
export type DeviceSource = Disposable &
  Pick<Devices, 'daemon' | 'active' | 'setLeds' | 'openDevice' | 'closeDevice'>;
export type OpenDevices = (settings: InputSettings, handlers: InputHandlers) => DeviceSource;

const openNative: OpenDevices = (settings, handlers) => new Devices(settings, handlers);

/** The keyboards, pointers and touch screens of this machine, as one person's. */
export class Seat implements Disposable {
  readonly #deps: SeatDeps;
  readonly #open: OpenDevices;
  readonly #events: SeatEvents;
  readonly #devices = new Map<number, InputDevice>();
  #source: DeviceSource | null = null;
  #reopen: NodeJS.Timeout | null = null;
  #leds = 0;
  #made = false;
  #disposed = false;

  /** @throws InputError when there is no way to look for devices; a seat without devices is none */
  constructor(deps: SeatDeps, open: OpenDevices = openNative) {
    this.#deps = deps;
    this.#open = open;
    this.#events = new SeatEvents(deps, (id) => this.#devices.get(id) ?? null);
    this.#source = this.#openSource();
    this.#made = true;
  }

  get devices(): readonly SeatDevice[] {
    return [...this.#devices.values()].map(({ name, abilities }) => ({
      name,
      kinds: abilities.filter((ability) => ability !== 'gesture'),
    }));
  }

  /** The first one is primary. The pointer stays where it is, or goes to the nearest place that is left. */
  setOutputs(outputs: readonly SeatOutput[]): void {
    this.#events.setOutputs(outputs);
  }

  /** Bit 0 Num Lock, bit 1 Caps Lock, bit 2 Scroll Lock; for every keyboard, also those that come later. */
  setLeds(mask: number): void {
    this.#leds = mask;
    this.#source?.setLeds(mask);
  }

  /**
   * Opens a graphics device by way of the seat, which then can give it to another program and back.
   * @returns null where there is no seat daemon: open it yourself
   * @throws InputError when the seat daemon refuses
   */
  openDevice(path: string): SeatFile | null {
    const source = this.#source;
    if (!source?.daemon) return null;
    const fd = source.openDevice(path);
    return { fd, [Symbol.dispose]: () => closeFile(source, fd) };
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    if (this.#reopen) clearTimeout(this.#reopen);
    this.#source?.[Symbol.dispose]();
    this.#source = null;
  }

  #openSource(): DeviceSource {
    const { config, log } = this.#deps;
    const source = this.#open(config, {
      events: (events) => this.#taken(events),
      lost: (error) => this.#lost(error),
      said: (line) => log.warn({ reason: line }, 'input device'),
    });
    source.setLeds(this.#leds);
    log.info({ seat: source.daemon ?? 'direct', devices: this.#devices.size }, 'input devices');
    if (this.#devices.size === 0 && !existsSync(UDEVD))
      log.warn('no udevd runs: no keyboard and no mouse will be found');
    return source;
  }

  #taken(events: readonly InputEvent[]): void {
    let changed = false;
    for (const event of events) {
      if (this.#disposed) return;
      changed = this.#keepDevice(event) || changed;
      this.#events.handle(event);
      if (event.type === 'removed') this.#devices.delete(event.device);
    }
    if (changed && this.#made) this.#deps.devicesChanged(this.devices);
  }

  /** @returns whether it concerns the list of devices */
  #keepDevice(event: InputEvent): boolean {
    const { log } = this.#deps;
    if (event.type === 'added') {
      const { id, name, abilities } = event.device;
      this.#devices.set(id, event.device);
      log.info({ device: name, kinds: abilities.join(' ') }, 'input device found');
      return true;
    }
    if (event.type !== 'removed') return false;
    const name = this.#devices.get(event.device)?.name;
    if (name !== undefined) log.info({ device: name }, 'input device gone');
    return name !== undefined;
  }

  #lost(error: Error): void {
    if (this.#disposed) return;
    this.#deps.log.error({ reason: error.message }, 'input devices are lost');
    const source = this.#source;
    this.#source = null;
    if (source?.daemon) this.#deps.lost?.();
    source?.[Symbol.dispose]();
    this.#devices.clear();
    this.#events.releaseAll();
    this.#deps.devicesChanged([]);
    this.#reopenLater();
  }

  #reopenLater(): void {
    this.#reopen = setTimeout(() => {
      try {
        this.#made = false;
        this.#source = this.#openSource();
        this.#made = true;
        this.#deps.devicesChanged(this.devices);
        if (this.#source.daemon) this.#deps.returned?.();
      } catch (error) {
        this.#deps.log.debug({ reason: (error as Error).message }, 'still no input devices');
        this.#reopenLater();
      }
    }, REOPEN_MS);
  }
}

function closeFile(source: DeviceSource, fd: number): void {
  try {
    source.closeDevice(fd);
  } catch (error) {
    // With the seat daemon all that it opened is closed already.
    if (!(error instanceof InputError)) throw error;
  }
}
