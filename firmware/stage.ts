import { ViewKind } from '../protocol/generated/control.ts';
import type { CursorMessage } from '../protocol/generated/cursor.ts';
import type { ArrivedFrame } from './connection/attachment.ts';
import { CursorCache } from './display/cursor-cache.ts';
import type { Display } from './display/display.ts';
import { NativePicture } from './display/native-picture.ts';
import { Screen } from './display/screen.ts';
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
  readonly requestKeyFrame: (reason: number) => void;
  /** The picture has settled and is proved. */
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
  #screen: Screen<NativePicture> | null = null;
  /**
   * Overwritten, for the next view: a new one costs megabytes that the kernel has to hand out, and at every other time a
   * full collection of V8, while somebody waits for the session.
   */
  #spare: NativePicture | null = null;
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

  /** The picture of the session or greeter; null before the first frame, and when nothing of it may be left. */
  get picture(): NativePicture | null {
    return this.#screen?.picture ?? null;
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

  /**
   * A new link, which counts views and frames anew.
   * @param presented for the frames of this link alone, also when they are on the screen only after its end
   */
  begin(presented: Presented): void {
    this.#presented = presented;
    this.#view = WHOLE_LINK;
    this.#newScreen();
  }

  showView(view: StageView): void {
    this.#view = view;
    this.#newScreen();
    this.#wipe();
    this.#tell();
  }

  /** The link is gone: nobody may read here what somebody goes on with elsewhere. */
  leaveViews(): void {
    if (this.#view.view > 0) this.showView({ ...this.#view, kind: ViewKind.none });
  }

  frame(frame: ArrivedFrame): void {
    if (this.#view.kind !== ViewKind.none) this.#screen?.receive(frame);
  }

  cursor(message: CursorMessage): void {
    if (this.#view.kind === ViewKind.none) return;
    const image = this.#cursors.receive(message);
    if (image !== undefined) this.#deps.display.setCursor(image);
  }

  /** Asks for proof of the picture even if nothing changes any more. */
  watchSettling(): void {
    this.#screen?.watchSettling();
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
    this.#screen?.[Symbol.dispose]();
  }

  #newScreen(): void {
    this.#live = false;
    this.#screen?.[Symbol.dispose]();
    const old = this.#view.view > 0 ? this.#screen?.picture : null;
    old?.wipe();
    this.#spare = old ?? this.#spare;
    this.#screen = new Screen<NativePicture>({
      createPicture: (width, height) => this.#makePicture(width, height),
      draw: (picture, damage, arrived) => this.#draw(picture, damage, arrived),
      requestKeyFrame: (reason) => this.#deps.requestKeyFrame(reason),
      onVerified: () => this.#deps.settled(),
    });
    this.#cursors.wipe();
  }

  #makePicture(width: number, height: number): NativePicture {
    const spare = this.#spare;
    this.#spare = null;
    return spare?.width === width && spare.height === height
      ? spare
      : new NativePicture(width, height);
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
    this.#deps.display.present(picture, damage, presented);
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
