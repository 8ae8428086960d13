import {
  type BorrowedFile,
  type Connector,
  Device,
  type DeviceError,
  type DeviceEvents,
  devicePaths,
  Hotplug,
  type Mode,
} from '../../native/drm/index.ts';
import type { Logger } from '../../protocol/node/log.ts';
import type { CursorPlane } from './kms-cursor.ts';
import type { KmsOutput } from './kms-screen.ts';

/** Monitors tell of a change in several messages. */
const SETTLE_MS = 100;
/** Where nothing tells of a graphics card that comes. */
const RETRY_MS = 5000;

/** What of native/drm's Output the display needs. */
export interface CardOutput extends KmsOutput, CursorPlane {
  readonly crtc: number;
  readonly mode: Mode;
  [Symbol.dispose](): void;
}

/** What of native/drm's Device the display needs. */
export interface Card {
  readonly driver: string;
  readonly atomic: boolean;
  readonly cursorSize: { readonly width: number; readonly height: number };
  connectors(): Connector[];
  openOutput(connector: Connector, crtc: number, mode: Mode): CardOutput;
  takeMaster(): void;
  [Symbol.dispose](): void;
}

/** Where graphics cards come from; only tests have others. */
export interface CardSource {
  paths(): readonly string[];
  /** @throws DeviceError */
  open(path: string, events: DeviceEvents): Card;
  /** @throws DeviceError when nothing tells of it */
  watch(changed: () => void): { [Symbol.dispose](): void };
}

/** @param borrow a device from the seat; null: open it yourself */
export function systemCards(borrow: (path: string) => BorrowedFile | null): CardSource {
  return {
    paths: () => devicePaths(),
    open: (path, events) => {
      const file = borrow(path);
      return new Device(path, events, file ? { file } : {});
    },
    watch: (changed) => new Hotplug(changed),
  };
}

export interface KmsCardDeps {
  readonly source: CardSource;
  readonly log: Logger;
  /** There is one, or none any more. */
  readonly changed: (card: Card | null) => void;
  /** Monitors of the card may have come or gone. */
  readonly monitorsChanged: () => void;
  readonly flipped: (crtc: number, timeNs: number) => void;
}

/** The graphics card: waits for one, keeps to it, and waits again when it is gone. */
export class KmsCard {
  readonly #deps: KmsCardDeps;
  #card: Card | null = null;
  #hotplug: { [Symbol.dispose](): void } | null = null;
  #settle: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  /** What was said of it last: the same is not said again. */
  #told = '';

  constructor(deps: KmsCardDeps) {
    this.#deps = deps;
  }

  get card(): Card | null {
    return this.#card;
  }

  /** Listens and looks for one; `changed` may come within the call. */
  start(): void {
    try {
      this.#hotplug = this.#deps.source.watch(() => this.#stirred());
    } catch (error) {
      this.#deps.log.warn({ reason: (error as Error).message }, 'no word of new monitors');
    }
    this.#search();
  }

  /** Lets go of it and opens it anew, as when another program was its master before us. */
  reopen(): void {
    this.#drop();
    this.#search();
  }

  /** Looks again at what is connected, after a while. */
  lookLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.#stirred();
    }, RETRY_MS);
  }

  [Symbol.dispose](): void {
    for (const timer of [this.#settle, this.#retry]) if (timer) clearTimeout(timer);
    this.#hotplug?.[Symbol.dispose]();
    this.#card?.[Symbol.dispose]();
    this.#card = null;
  }

  #stirred(): void {
    if (this.#settle) clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      if (this.#card) this.#deps.monitorsChanged();
      else this.#search();
    }, SETTLE_MS);
  }

  #search(): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    const found = this.#best();
    if (!found) {
      this.#retry = setTimeout(() => this.#search(), RETRY_MS);
      return;
    }
    const { path, card } = found;
    this.#told = '';
    this.#card = card;
    const { driver, atomic } = card;
    this.#deps.log.info({ device: path, driver, atomic }, 'graphics device');
    this.#deps.changed(card);
  }

  /** The first with a monitor, else the first that could have one. */
  #best(): { path: string; card: Card } | null {
    const opened = this.#deps.source.paths().flatMap((path) => this.#open(path) ?? []);
    const usable = opened.filter(({ connectors }) => connectors.length > 0);
    const [first] = [
      ...usable.filter(({ connectors }) => connectors.some(({ connected }) => connected)),
      ...usable,
    ];
    for (const each of opened) if (each !== first) each.card[Symbol.dispose]();
    if (!first && opened.length > 0) this.#tell('no graphics card with a connector for monitors');
    if (!first && opened.length === 0) this.#tell('no graphics card yet: waiting for one');
    return first ?? null;
  }

  #open(path: string): { path: string; card: Card; connectors: Connector[] } | null {
    let card: Card | null = null;
    try {
      const opened = this.#deps.source.open(path, {
        flipped: (crtc, timeNs) => this.#deps.flipped(crtc, timeNs),
        lost: (error) => {
          if (opened === this.#card) this.#lost(error);
        },
      });
      card = opened;
      return { path, card, connectors: card.connectors() };
    } catch (error) {
      card?.[Symbol.dispose]();
      this.#tell(`${path} cannot be used: ${(error as Error).message}`);
      return null;
    }
  }

  #lost(error: DeviceError): void {
    this.#deps.log.error({ reason: error.message }, 'the graphics device is gone');
    this.#drop();
    this.#search();
  }

  #drop(): void {
    const card = this.#card;
    this.#card = null;
    // Whoever uses its outputs lets go of them first.
    if (card) this.#deps.changed(null);
    card?.[Symbol.dispose]();
  }

  #tell(what: string): void {
    if (what === this.#told) return;
    this.#told = what;
    this.#deps.log.warn(what);
  }
}
