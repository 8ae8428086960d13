import type { Logger } from '../../protocol/node/log.ts';
import type { InputConfig } from '../config/input.ts';
import type { Input } from './input-sender.ts';

/** A screen as the pointer sees it. */
export interface SeatOutput {
  /** As in OutputInfo. */
  readonly id: number;
  /** Place in the layout, logical pixels. */
  readonly x: number;
  readonly y: number;
  /** Logical pixels, as the person sees it: a screen on its side is higher than wide. */
  readonly width: number;
  readonly height: number;
  /** Picture pixels for a logical one. */
  readonly scale: number;
  /** Connector, e.g. `HDMI-A-1`: some touch screens say to which they belong. */
  readonly name: string;
}

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
}

/** The keyboards, pointers and touch screens of this machine, as one person's. */
export class Seat implements Disposable {
  /** @throws DeviceError when there is no way to look for devices; a seat without devices is none */
  constructor(_deps: SeatDeps) {
    throw new Error('the seat is not built yet');
  }

  get devices(): readonly SeatDevice[] {
    return [];
  }

  /** The first one is primary. The pointer stays where it is, or goes to the nearest place that is left. */
  setOutputs(_outputs: readonly SeatOutput[]): void {}

  /** Bit 0 Num Lock, bit 1 Caps Lock, bit 2 Scroll Lock; for every keyboard, also those that come later. */
  setLeds(_mask: number): void {}

  /**
   * Opens a graphics device by way of the seat, which then can give it to another program and back.
   * @returns a descriptor that stays the seat's; null where there is no seat daemon: open it yourself
   * @throws DeviceError when the seat daemon refuses
   */
  openDevice(_path: string): number | null {
    return null;
  }

  [Symbol.dispose](): void {}
}
