import { makePage, type Page } from '../screens/page.ts';
import type { Facts, PastPage } from './facts.ts';
import { sectionsOf } from './sections.ts';

const REFRESH_MS = 2000;
const KEPT_PAGES = 5;
const ESCAPE = 1;
/** They say nothing that somebody would ask about later. */
const NOT_KEPT: readonly string[] = ['information', 'pin'];

export interface InformationDeps {
  readonly facts: () => Omit<Facts, 'pages'>;
  /** Shows the page over everything; null takes it away. */
  readonly show: (page: Page | null) => void;
  readonly nowMs?: () => number;
}

/** The page that tells what the terminal knows of itself. While it shows, nothing that is typed goes elsewhere. */
export class Information implements Disposable {
  readonly #deps: InformationDeps;
  #pages: PastPage[] = [];
  #timer: NodeJS.Timeout | null = null;
  #shown = '';

  constructor(deps: InformationDeps) {
    this.#deps = deps;
  }

  get visible(): boolean {
    return this.#timer !== null;
  }

  toggle(): void {
    if (this.visible) return this.#close();
    this.#timer = setInterval(() => this.#draw(), REFRESH_MS);
    this.#draw();
  }

  key(code: number, pressed: boolean): void {
    if (this.visible && pressed && code === ESCAPE) this.#close();
  }

  /** A page is on the screen. */
  pageShown({ name, code, headline }: Page): void {
    if (NOT_KEPT.includes(name) || this.#pages[0]?.code === code) return;
    const page = { atMs: (this.#deps.nowMs ?? Date.now)(), code, name, headline };
    this.#pages = [page, ...this.#pages].slice(0, KEPT_PAGES);
  }

  [Symbol.dispose](): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #close(): void {
    this[Symbol.dispose]();
    this.#shown = '';
    this.#deps.show(null);
  }

  /** Drawn anew only for what a person would see; the clock alone is not worth it. */
  #draw(): void {
    const facts = { ...this.#deps.facts(), pages: this.#pages };
    const news = JSON.stringify({ ...facts, nowMs: 0 });
    if (news === this.#shown) return;
    this.#shown = news;
    this.#deps.show({ ...makePage('information'), sections: sectionsOf(facts) });
  }
}
