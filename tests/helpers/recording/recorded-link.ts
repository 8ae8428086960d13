import { Channel } from '../../../protocol/channel.ts';
import type { ByeCode } from '../../../protocol/generated/control.ts';
import type {
  Link,
  LinkCaps,
  LinkClosed,
  LinkPeer,
  LinkStats,
  LinkStream,
  LinkUniStream,
} from '../../../protocol/link/link.ts';

/** Hears all that the server sends, as it comes, whatever the terminal makes of it. */
export interface LinkListener {
  message(channel: Channel, bytes: Uint8Array): void;
  unit(channel: Channel, bytes: Uint8Array): void;
  /** The terminal sends this, before it goes out. */
  sent(channel: Channel, bytes: Uint8Array): void;
  closed(): void;
}

/** A terminal's link that somebody else listens to as well. */
export class RecordedLink implements Link {
  readonly #link: Link;
  readonly #listener: LinkListener;

  constructor(link: Link, listener: LinkListener) {
    this.#link = link;
    this.#listener = listener;
    link.onClose(() => listener.closed());
  }

  get caps(): LinkCaps {
    return this.#link.caps;
  }

  get peer(): LinkPeer {
    return this.#link.peer;
  }

  get closed(): LinkClosed | null {
    return this.#link.closed;
  }

  async openBidi(channel: Channel): Promise<LinkStream> {
    return recorded(await this.#link.openBidi(channel), this.#listener);
  }

  onBidi(callback: (stream: LinkStream) => void): void {
    this.#link.onBidi((stream) => callback(recorded(stream, this.#listener)));
  }

  openUni(channel: Channel): LinkUniStream {
    return this.#link.openUni(channel);
  }

  onUni(callback: (channel: Channel, unit: Uint8Array) => void): void {
    this.#link.onUni((channel, unit) => {
      this.#listener.unit(channel, unit);
      callback(channel, unit);
    });
  }

  sendDatagram(bytes: Uint8Array): boolean {
    return this.#link.sendDatagram(bytes);
  }

  onDatagram(callback: (bytes: Uint8Array) => void): void {
    this.#link.onDatagram((bytes) => {
      this.#listener.unit(Channel.display, bytes);
      callback(bytes);
    });
  }

  stats(): LinkStats {
    return this.#link.stats();
  }

  ask(): void {
    this.#link.ask();
  }

  close(code: ByeCode, reason: string): void {
    this.#link.close(code, reason);
  }

  onClose(callback: (info: LinkClosed) => void): void {
    this.#link.onClose(callback);
  }
}

function recorded(stream: LinkStream, listener: LinkListener): LinkStream {
  const { channel } = stream;
  return {
    channel,
    send(...parts) {
      for (const part of parts) listener.sent(channel, part);
      return stream.send(...parts);
    },
    onMessage: (callback) =>
      stream.onMessage((message) => {
        listener.message(channel, message);
        callback(message);
      }),
    onDrain: (callback) => stream.onDrain(callback),
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    onClose: (callback) => stream.onClose(callback),
    end: () => stream.end(),
  };
}
