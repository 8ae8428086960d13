import { Channel } from '../../../../protocol/channel.ts';
import { encodeFrameHead } from '../../../../protocol/frame-unit.ts';
import { type Attach, decodeControl } from '../../../../protocol/generated/control.ts';
import { encodeCursor } from '../../../../protocol/generated/cursor.ts';
import { decodeInput } from '../../../../protocol/generated/input.ts';
import type { Link, LinkStream, ServerLink } from '../../../../protocol/link/link.ts';
import { MemoryListener } from '../../../../protocol/link/memory.ts';

/** One link of the broker to a session's compositor. */
export interface FakeAttachment {
  readonly link: ServerLink;
  attach: Attach | null;
  cursor: LinkStream | null;
  displayOpen: boolean;
  readonly streams: LinkStream[];
  readonly keys: number[];
  closed: boolean;
}

/** Stands for wrcomp: its pictures say `<<name>>`. */
export class FakeSession {
  readonly name: string;
  readonly attachments: FakeAttachment[] = [];
  readonly #listener: MemoryListener;

  constructor(name: string) {
    this.name = name;
    this.#listener = new MemoryListener({
      admission: false,
      onLink: (link) => this.#accept(link),
    });
  }

  connect(): Promise<Link> {
    return this.#listener.connect();
  }

  #accept(link: ServerLink): void {
    const attachment: FakeAttachment = {
      link,
      attach: null,
      cursor: null,
      displayOpen: false,
      streams: [],
      keys: [],
      closed: false,
    };
    this.attachments.push(attachment);
    link.onClose(() => {
      attachment.closed = true;
    });
    link.onBidi((stream) => this.#open(attachment, stream));
  }

  #open(attachment: FakeAttachment, stream: LinkStream): void {
    attachment.streams.push(stream);
    switch (stream.channel) {
      case Channel.control:
        return stream.onMessage((bytes) => {
          const message = decodeControl(bytes);
          if (message.type === 'Attach') attachment.attach = message;
        });
      case Channel.input:
        return stream.onMessage((bytes) => {
          const message = decodeInput(bytes);
          if (message.type === 'Key') attachment.keys.push(message.code);
        });
      case Channel.cursor:
        attachment.cursor = stream;
        return stream.onMessage(() => {});
      default:
        attachment.displayOpen = true;
        stream.onMessage(() => {});
    }
  }

  get last(): FakeAttachment | undefined {
    return this.attachments.at(-1);
  }

  /** On every link that is open, as a compositor that does not know yet that it is shown no longer. */
  /** @param later how many views too late they are meant for; only one that lies does that */
  sendFrames(bytes = 0, later = 0): void {
    for (const { link, attach, displayOpen, closed } of this.attachments) {
      if (closed || !attach || !displayOpen || link.closed) continue;
      const unit = link.openUni(Channel.display);
      unit.write(
        ...encodeFrameHead(frame(attach.view + later)),
        Buffer.from(`<<${this.name}>>`.padEnd(bytes)),
      );
      unit.end();
    }
  }

  sendCursors(later = 0): void {
    for (const { cursor, attach, closed } of this.attachments) {
      if (!cursor || !attach || closed) continue;
      const pixels = Buffer.alloc(64 * 64 * 4);
      pixels.write(`<<${this.name}>>`);
      cursor.send(
        encodeCursor({
          type: 'CursorImage',
          id: 1,
          widthPx: 64,
          heightPx: 64,
          hotspotX: 0,
          hotspotY: 0,
          scale120: 120,
          pixels,
          view: attach.view + later,
        }),
      );
    }
  }

  close(): void {
    for (const { link } of this.attachments) link.close(0, 'the test ends');
    this.#listener.close();
  }
}

const frame = (view: number) =>
  ({
    type: 'FrameUpdate',
    frame: 1,
    output: 1,
    key: true,
    payloadCompressed: false,
    inputSequence: 0,
    widthPx: 1,
    heightPx: 1,
    checksum: 0,
    regions: new Int32Array(),
    view,
    lossy: false,
    payloadFine: false,
    videos: [],
  }) as const;
