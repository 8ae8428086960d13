import { NativePicture } from '../../../firmware/display/native-picture.ts';
import { Channel, type Channel as ChannelNumber } from '../../../protocol/channel.ts';
import { isStep, StepReader, viewOfStep } from '../../../protocol/frame-step.ts';
import { decodeFrameUnit, type FrameUnit } from '../../../protocol/frame-unit.ts';
import { decodeControl, ViewKind } from '../../../protocol/generated/control.ts';
import { decodeCursor } from '../../../protocol/generated/cursor.ts';
import type { Link } from '../../../protocol/link/link.ts';
import { type LinkListener, RecordedLink } from './recorded-link.ts';

/** What a terminal was sent of one view, from its View to the next. */
export interface SeenView {
  readonly view: number;
  readonly kind: 'none' | 'session' | 'greeter';
  readonly sessionId: string;
  /** performance.now() when its View came, and when the next one did. */
  readonly fromMs: number;
  toMs: number;
  frames: number;
  cursors: number;
  /** Colours that were looked for, by name: how many runs of pixels, at most in one frame, and in pictures of the pointer. */
  readonly pixels: Map<string, number>;
  readonly cursorPixels: Map<string, number>;
  /** The longest that something of it came after the next View; on its way when that was sent, or sent too late. */
  lateMs: number;
  /** Frames that cannot be decoded from what was sent, or that are not what their checksum says. */
  readonly wrong: string[];
}

const KINDS = Object.fromEntries(
  Object.entries(ViewKind).map(([name, value]) => [value, name]),
) as Record<number, SeenView['kind']>;

const RGB = 0xffffff;

/**
 * Sits between server and terminal and makes its own picture of every frame, each view from a blank one. It looks for
 * colours that nothing has but the content of one person's session.
 */
export class Recorder implements LinkListener {
  /** By connection, oldest first. */
  readonly connections: SeenView[][] = [];
  readonly #colours: ReadonlyMap<number, string>;
  /** Pictures of the view that is shown, by output; of older ones too, for frames that come late. */
  readonly #pictures = new Map<number, Map<number, NativePicture>>();
  #views: SeenView[] = [];
  #steps = new StepReader();
  /** Frames and cursors that came before their View did: channels are separate connections. */
  #early: { view: number; take: (seen: SeenView) => void }[] = [];
  /** Frames and cursors of views that were never announced. */
  unannounced = 0;

  /** @param colours 0xRRGGBB and what to call it */
  constructor(colours: ReadonlyMap<number, string>) {
    this.#colours = colours;
  }

  /** For HeldTerminal. */
  wrap(connect: () => Promise<Link>): () => Promise<Link> {
    return async () => {
      const link = await connect();
      this.#views = [];
      this.connections.push(this.#views);
      this.#pictures.clear();
      this.#steps = new StepReader();
      return new RecordedLink(link, this);
    };
  }

  get views(): readonly SeenView[] {
    return this.connections.flat();
  }

  get current(): SeenView | null {
    return this.#views.at(-1) ?? null;
  }

  message(channel: ChannelNumber, bytes: Uint8Array): void {
    if (channel === Channel.control) this.#control(bytes);
    else if (channel === Channel.cursor) this.#cursor(decodeCursor(bytes));
  }

  unit(_channel: ChannelNumber, bytes: Uint8Array): void {
    if (isStep(bytes)) return this.#step(bytes);
    const frame = decodeFrameUnit(bytes);
    this.#steps.whole(frame.header);
    this.#at(frame.header.view, (seen) => this.#frame(seen, frame));
  }

  /** Of a view that is over it cannot be read, but it came. */
  #step(bytes: Uint8Array): void {
    const step = this.#steps.read(bytes);
    this.#at(viewOfStep(bytes), (seen) => {
      if (step) this.#frame(seen, step);
      else seen.frames++;
    });
  }

  sent(): void {}

  closed(): void {
    const last = this.current;
    if (last) last.toMs = Math.min(last.toMs, performance.now());
    this.unannounced += this.#early.length;
    this.#early = [];
  }

  #control(bytes: Uint8Array): void {
    const message = decodeControl(bytes);
    if (message.type !== 'View') return;
    const nowMs = performance.now();
    if (this.current) this.current.toMs = nowMs;
    const { view, sessionId } = message;
    const seen: SeenView = {
      ...{ view, sessionId, kind: KINDS[message.kind] ?? 'none', fromMs: nowMs },
      ...{ toMs: Infinity, frames: 0, cursors: 0, lateMs: 0, wrong: [] },
      pixels: new Map(),
      cursorPixels: new Map(),
    };
    this.#views.push(seen);
    // What is older than the last two can only be wrong.
    for (const old of this.#pictures.keys()) if (old < view - 1) this.#pictures.delete(old);
    const early = this.#early;
    this.#early = early.filter((one) => one.view !== view);
    for (const one of early) if (one.view === view) one.take(seen);
  }

  #at(view: number, take: (seen: SeenView) => void): void {
    const seen = this.#views.findLast((one) => one.view === view);
    if (!seen) {
      this.#early.push({ view, take });
      return;
    }
    if (seen.toMs !== Infinity) seen.lateMs = Math.max(seen.lateMs, performance.now() - seen.toMs);
    take(seen);
  }

  #frame(seen: SeenView, { header, payload }: FrameUnit): void {
    seen.frames++;
    const { widthPx, heightPx, output, regions, payloadCompressed, payloadFine, videos } = header;
    const pictures = this.#pictures.get(seen.view) ?? new Map<number, NativePicture>();
    this.#pictures.set(seen.view, pictures);
    let picture = pictures.get(output);
    if (picture?.width !== widthPx || picture.height !== heightPx) {
      picture = new NativePicture(widthPx, heightPx);
      pictures.set(output, picture);
    }
    try {
      const damage = picture.apply(regions, payload, payloadCompressed, videos, payloadFine);
      if (!header.lossy && picture.checksum() !== header.checksum)
        seen.wrong.push(`frame ${header.frame} is not what its checksum says`);
      this.#count(picture, damage, seen.pixels);
    } catch (error) {
      seen.wrong.push(`frame ${header.frame}: ${(error as Error).message}`);
    }
  }

  #cursor(message: ReturnType<typeof decodeCursor>): void {
    if (message.type === 'unknown') return;
    const pixels = message.type === 'CursorImage' ? new Uint8Array(message.pixels) : null;
    this.#at(message.view, (seen) => {
      seen.cursors++;
      if (!pixels) return;
      const found = new Map<string, number>();
      this.#find(new Uint32Array(pixels.buffer, 0, pixels.length >> 2), found);
      raise(seen.cursorPixels, found);
    });
  }

  #count(picture: NativePicture, damage: Int32Array, into: Map<string, number>): void {
    const { width } = picture;
    const { bytes } = picture.framebuffer;
    const all = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    const found = new Map<string, number>();
    for (let i = 0; i < damage.length; i += 4) {
      const [x = 0, y = 0, w = 0, h = 0] = damage.subarray(i, i + 4);
      for (let row = y; row < y + h; row++)
        this.#find(all.subarray(row * width + x, row * width + x + w), found);
    }
    raise(into, found);
  }

  #find(pixels: Uint32Array, found: Map<string, number>): void {
    let before = -1;
    for (let i = 0; i < pixels.length; i++) {
      const rgb = (pixels[i] as number) & RGB;
      // Pictures are mostly flat: a map is asked once for each run.
      if (rgb === before) continue;
      before = rgb;
      const name = this.#colours.get(rgb);
      if (name) found.set(name, (found.get(name) ?? 0) + 1);
    }
  }
}

function raise(into: Map<string, number>, found: ReadonlyMap<string, number>): void {
  for (const [name, count] of found) into.set(name, Math.max(into.get(name) ?? 0, count));
}
