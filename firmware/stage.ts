import { ViewKind } from '../protocol/generated/control.ts';
import type { CursorMessage } from '../protocol/generated/cursor.ts';
import type { ArrivedFrame } from './connection/attachment.ts';
import { CursorCache } from './display/cursor-cache.ts';
import type { Display } from './display/display.ts';
import type { NativePicture } from './display/native-picture.ts';
import { Screen } from './display/screen.ts';
import { SparePictures } from './display/spare-pictures.ts';
import type { Page } from './screens/page.ts';
import { WORDS } from './screens/words.ts';

/** A session that is there sooner takes the place of what was shown before, without a page in between. */
const PASSING_MS = 150;

/** What a person sees. `dark`: nothing yet, or the view before has gone and the next one has not come. */
export type Showing =
  | { readonly what: 'dark' }
  | { readonly what: 'page'; readonly page: Page }
  | {
      readonly what: 'greeter' | 'session';
      readonly view: number;
      /** Empty without views. */
      readonly sessionId: string;
    };

export interface StageView {
  readonly view: number;
  /** ViewKind */
  readonly kind: number;
  readonly sessionId: string;
}

export interface StageDeps {
  readonly display: Display;
  readonly requestKeyFrame: (output: number, reason: number) => void;
  /** The pictures of all outputs have settled and are proved. */
  readonly settled: () => void;
  /** What a person sees is another thing now. */
  readonly changed: (showing: Showing) => void;
}

/** Called when a frame is on the screen or needs not be; `timeNs` of CLOCK_MONOTONIC. */
export type Presented = (frame: ArrivedFrame, timeNs: number) => void;

/** Without views there is one session for as long as the link lives. */
const WHOLE_LINK: StageView = { view: 0, kind: ViewKind.session, sessionId: '' };

/** Decides what of views and pages is shown. Never shows pixels of a view that is not shown any more. */
export class Stage {
  readonly #deps: StageDeps;
  #view = WHOLE_LINK;
  /** By output; each begins with its first frame. */
  readonly #screens = new Map<number, Screen<NativePicture>>();
  /** Outputs whose picture is still to be proved to somebody who waits. */
  readonly #unproved = new Set<number>();
  readonly #spares = new SparePictures();
  #cursors = new CursorCache();
  /** A whole picture of the view has come. */
  #live = false;
  #page: Page | null = null;
  /** Over whatever else there is. */
  #cover: Page | null = null;
  #soon: NodeJS.Timeout | null = null;
  #presented: Presented = () => {};
  #told: Showing = { what: 'dark' };

  constructor(deps: StageDeps) {
    this.#deps = deps;
  }

  /** The primary output's picture of the session or greeter; null before the first frame, and when nothing of it may be left. */
  get picture(): NativePicture | null {
    const [primary] = this.#deps.display.outputs;
    return (primary && this.#screens.get(primary.id)?.picture) ?? null;
  }

  /** As it was told last. */
  get view(): StageView {
    return this.#view;
  }

  get showing(): Showing {
    const page = this.#cover ?? this.#page;
    if (page) return { what: 'page', page: withoutDots(page) };
    if (!this.#live) return { what: 'dark' };
    const { kind, view, sessionId } = this.#view;
    return { what: kind === ViewKind.greeter ? 'greeter' : 'session', view, sessionId };
  }

  /** Whether what a person does is meant for the session. */
  get takesInput(): boolean {
    return !this.#cover && !this.#page && (this.#live || this.#view.view === 0);
  }

  /** Has the memory of the first pictures at hand. */
  warmUp(): void {
    const { display } = this.#deps;
    for (const { id, widthPx, heightPx } of display.outputs)
      display.warmUp?.(id, this.#spares.add(widthPx, heightPx));
  }

  /**
   * A new link, which counts views and frames anew.
   * @param presented for the frames of this link alone, also when they are on the screen only after its end
   */
  begin(presented: Presented): void {
    this.#presented = presented;
    this.#view = WHOLE_LINK;
    this.#newScreens();
  }

  showView(view: StageView): void {
    this.#view = view;
    this.#newScreens();
    this.#wipe();
    this.#tell();
  }

  /** The link is gone: nobody may read here what somebody goes on with elsewhere. */
  leaveViews(): void {
    if (this.#view.view > 0) this.showView({ ...this.#view, kind: ViewKind.none });
  }

  frame(frame: ArrivedFrame): void {
    if (this.#view.kind !== ViewKind.none) this.#screenOf(frame.header.output)?.receive(frame);
  }

  cursor(message: CursorMessage): void {
    if (this.#view.kind === ViewKind.none) return;
    const image = this.#cursors.receive(message);
    if (image !== undefined) this.#deps.display.setCursor(image);
  }

  /** Asks for proof of the picture even if nothing changes any more. */
  watchSettling(): void {
    for (const { id } of this.#deps.display.outputs) {
      this.#unproved.add(id);
      this.#screenOf(id)?.watchSettling();
    }
  }

  /** The display has other outputs: of those that are gone nothing is left. */
  outputsChanged(): void {
    for (const output of [...this.#screens.keys()]) {
      if (this.#has(output)) continue;
      this.#screens.get(output)?.picture?.wipe();
      this.#endScreen(output);
    }
    // Whoever waits for all of them waits no more for those that are gone.
    const waited = this.#unproved.size > 0;
    for (const output of this.#unproved) if (!this.#has(output)) this.#unproved.delete(output);
    if (waited && this.#unproved.size === 0) this.#deps.settled();
  }

  /** Shown until the next whole picture or page; one that mostly passes only if nothing else comes for a moment. */
  showPage(page: Page): void {
    this.#later(WORDS[page.name].passing ? () => this.#setPage(page) : null);
    if (!this.#soon) this.#setPage(page);
  }

  /** Covers whatever is shown; null uncovers it. */
  cover(page: Page | null): void {
    if (page === this.#cover) return;
    this.#cover = page;
    this.#redisplay();
  }

  [Symbol.dispose](): void {
    this.#later(null);
    for (const output of [...this.#screens.keys()]) this.#endScreen(output);
  }

  #newScreens(): void {
    this.#live = false;
    const pictures = [...this.#screens.values()].flatMap(({ picture }) => picture ?? []);
    if (this.#view.view > 0 && pictures.length > 0) this.#spares.replace(pictures);
    for (const output of [...this.#screens.keys()]) this.#endScreen(output);
    this.#cursors.wipe();
  }

  /** null: there is no such output. */
  #screenOf(output: number): Screen<NativePicture> | null {
    const begun = this.#screens.get(output);
    if (begun || !this.#has(output)) return begun ?? null;
    const screen = new Screen<NativePicture>({
      createPicture: (width, height) => this.#spares.make(width, height),
      draw: (picture, damage, arrived) => this.#draw(picture, damage, arrived),
      redraw: (picture, damage) => this.#deps.display.present(output, picture, damage, () => {}),
      requestKeyFrame: (reason) => this.#deps.requestKeyFrame(output, reason),
      onVerified: () => this.#verified(output),
    });
    this.#screens.set(output, screen);
    if (this.#unproved.has(output)) screen.watchSettling();
    return screen;
  }

  #has(output: number): boolean {
    return this.#deps.display.outputs.some(({ id }) => id === output);
  }

  #endScreen(output: number): void {
    this.#screens.get(output)?.[Symbol.dispose]();
    this.#screens.delete(output);
  }

  #verified(output: number): void {
    this.#unproved.delete(output);
    if (this.#unproved.size === 0) this.#deps.settled();
  }

  #wipe(): void {
    this.#deps.display.setCursor(null);
    this.#deps.display.blank();
  }

  #draw(picture: NativePicture | null, damage: Int32Array, arrived: ArrivedFrame): void {
    const report = this.#presented;
    const presented = (timeNs: number) => report(arrived, timeNs);
    if (!picture || damage.length === 0) return presented(Number(process.hrtime.bigint()));
    if (arrived.header.key) {
      this.#live = true;
      this.#later(null);
      this.#setPage(null);
    }
    this.#deps.display.present(arrived.header.output, picture, damage, presented);
  }

  #setPage(page: Page | null): void {
    if (!page && !this.#page) return this.#tell();
    this.#page = page;
    this.#redisplay();
  }

  #redisplay(): void {
    this.#deps.display.showPage(this.#cover ?? this.#page);
    this.#tell();
  }

  #later(action: (() => void) | null): void {
    if (this.#soon) clearTimeout(this.#soon);
    this.#soon = null;
    if (!action) return;
    this.#soon = setTimeout(() => {
      this.#soon = null;
      action();
    }, PASSING_MS);
  }

  #tell(): void {
    const showing = this.showing;
    if (JSON.stringify(showing) === JSON.stringify(this.#told)) return;
    this.#told = showing;
    this.#deps.changed(showing);
  }
}

/** How long a PIN is, and when its digits are typed, is for the screen alone. */
function withoutDots({ dots: _, ...page }: Page): Page {
  return page;
}
