import type { Channel } from '../channel.ts';
import type { ByteStream } from './byte-stream.ts';
import { FrameKind } from './framing.ts';
import type { Lane } from './lane.ts';
import type { LinkUniStream } from './link.ts';

/** A unit that goes out on its channel's lane: its parts wait, uncopied, for the length to be known. */
export class LaneUnit implements LinkUniStream {
  private readonly lane: Lane;
  private parts: Uint8Array[] = [];
  private done = false;

  constructor(lane: Lane) {
    this.lane = lane;
  }

  write(...parts: Uint8Array[]): void {
    if (!this.done) this.parts.push(...parts);
  }

  end(): boolean {
    if (this.done) return false;
    this.done = true;
    return this.lane.sendFrame(FrameKind.unit, this.parts);
  }

  reset(): void {
    this.done = true;
    this.parts = [];
  }
}

const UNREAD_MAX_UNITS = 16;

/** Units that arrived; keeps them while nobody listens, and stops reading when there are too many. */
export class UnitInbox {
  private callback: ((channel: Channel, unit: Uint8Array) => void) | null = null;
  private waiting: { channel: Channel; unit: Uint8Array; source: ByteStream | null }[] = [];

  /** @param source the stream to stop reading from; null: the transport bounds its streams itself. */
  put(channel: Channel, unit: Uint8Array, source: ByteStream | null): void {
    if (this.callback !== null) {
      this.callback(channel, unit);
      return;
    }
    this.waiting.push({ channel, unit, source });
    if (this.waiting.length >= UNREAD_MAX_UNITS) source?.pause();
  }

  open(callback: (channel: Channel, unit: Uint8Array) => void): void {
    this.callback = callback;
    const waiting = this.waiting;
    this.waiting = [];
    for (const { channel, unit } of waiting) callback(channel, unit);
    for (const { source } of waiting) source?.resume();
  }
}
