import { readdirSync } from 'node:fs';
import { loadAddon } from '../load.ts';
import type { RawVideoEncoder, VideoEncodeAddon } from './binding.d.ts';

/** Where a machine's encoders come from. A test has its own. */
export interface EncoderSources {
  /** Whether a device file promises an encoder in hardware. */
  readonly mayHaveHardware: () => boolean;
  /** @throws Error where it is missing */
  readonly hardware: () => VideoEncodeAddon;
  /** @throws Error where it is missing */
  readonly software: () => VideoEncodeAddon;
}

export const MACHINE: EncoderSources = {
  mayHaveHardware: () => {
    try {
      return readdirSync('/dev/dri').some((name) => name.startsWith('renderD'));
    } catch {
      return false;
    }
  },
  hardware: () => loadAddon<VideoEncodeAddon>('video-encode-vaapi'),
  software: () => loadAddon<VideoEncodeAddon>('video-encode'),
};

export interface OpenedEncoder {
  readonly raw: RawVideoEncoder;
  readonly hardware: boolean;
}

/** Which encoder the process uses: one in hardware where there is any, until it fails once. */
export class Encoders {
  readonly #sources: EncoderSources;
  #hardware: VideoEncodeAddon | null | undefined;
  #software: VideoEncodeAddon | null = null;
  readonly #told = new Set<string>();
  #tell: (by: string) => void = () => {};
  #hardwareAllowed = true;

  constructor(sources: EncoderSources) {
    this.#sources = sources;
  }

  /** @param listener hears, at its first picture, of each encoder that the process uses: one, or a second that took over */
  onUsed(listener: (by: string) => void): void {
    this.#tell = listener;
  }

  used(by: string): void {
    if (this.#told.has(by)) return;
    this.#told.add(by);
    this.#tell(by);
  }

  /** Software from now on: a driver that failed once fails again, and each time costs a key picture. */
  giveHardwareUp(): void {
    this.#hardwareAllowed = false;
    this.#hardware = null;
  }

  /** @throws Error where there is no encoder, RangeError for settings out of range */
  open(...settings: ConstructorParameters<VideoEncodeAddon['Encoder']>): OpenedEncoder {
    const [, , , , detail] = settings;
    // Hardware has its own idea of what the eye misses in a picture; this is none.
    const hardware = !detail && this.#hardwareAllowed ? this.#hardwareAddon() : null;
    if (hardware) {
      try {
        return { raw: new hardware.Encoder(...settings), hardware: true };
      } catch (error) {
        // It may be busy, or have no room for pictures of this size: not its failure.
        if (error instanceof RangeError) throw error;
      }
    }
    this.#software ??= this.#sources.software();
    return { raw: new this.#software.Encoder(...settings), hardware: false };
  }

  #hardwareAddon(): VideoEncodeAddon | null {
    if (this.#hardware !== undefined) return this.#hardware;
    this.#hardware = null;
    try {
      if (this.#sources.mayHaveHardware()) this.#hardware = this.#sources.hardware();
    } catch {
      // libavcodec is not there.
    }
    return this.#hardware;
  }
}
