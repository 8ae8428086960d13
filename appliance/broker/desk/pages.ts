import { PageKind } from '../../../protocol/generated/control.ts';
import type { Logger } from '../../../protocol/node/log.ts';
import type { Place } from '../../../protocol/session/place.ts';
import { audit, type DeskDeps, oneLine } from './desk-deps.ts';
import { Pace } from './pace.ts';
import { isTrouble, pageCode, pageName, plainCode } from './page-code.ts';
import type { TerminalView } from './view.ts';

/** Pages that say what has happened make room for the idle page. */
const PASSING: ReadonlySet<PageKind> = new Set([
  PageKind.cardRemoved,
  PageKind.ended,
  PageKind.moved,
  PageKind.loginTimeout,
  PageKind.replaced,
  PageKind.refused,
  PageKind.failed,
]);
const PASSING_MS = 10_000;
const DETAIL_MAX = 256;
/** Pages of trouble that get a code of their own: 30 at once, and one a second. */
const CODES = [30, 1000] as const;

export interface DrawnFor {
  readonly terminalName: string;
  readonly place: Place;
  readonly log: Logger;
  /** How many pages get a code and an event; its own if absent. */
  readonly codes?: Pace;
}

/** The pages of one terminal. Those of trouble have a code, which the log of events knows. */
export class DeskPages {
  readonly #deps: Pick<DeskDeps, 'registry' | 'log' | 'clock'>;
  readonly #view: TerminalView;
  readonly #for: DrawnFor;
  readonly #onPassed: () => void;
  #page: PageKind | null = null;
  #drawn = 0;
  readonly #codes: Pace;
  /** Of the page that is shown, and what it says; the same said again is no other showing. */
  #code = '';
  #says = '';
  #stopPassing: (() => void) | null = null;

  /** @param onPassed a page that says what has happened was there long enough */
  constructor(
    deps: Pick<DeskDeps, 'registry' | 'log' | 'clock'>,
    view: TerminalView,
    drawnFor: DrawnFor,
    onPassed: () => void,
  ) {
    this.#deps = deps;
    this.#view = view;
    this.#for = drawnFor;
    this.#onPassed = onPassed;
    this.#codes = drawnFor.codes ?? new Pace(...CODES, deps.clock.nowMs);
  }

  /** Null while something else is shown. */
  get page(): PageKind | null {
    return this.#page;
  }

  /** Grows with every page, so that it can be told whether another was drawn. */
  get drawn(): number {
    return this.#drawn;
  }

  /** @param facts for the log of events; `token` is a hash */
  draw(page: PageKind, detail = '', facts: Readonly<Record<string, string>> = {}): void {
    this.#drawn += 1;
    this.#stopPassing?.();
    const says = JSON.stringify([page, detail, facts]);
    const again = this.#page === page && this.#says === says;
    const isNew = !again && isTrouble(page) && this.#codes.take();
    if (!again) this.#code = isNew ? pageCode(page) : plainCode(page);
    this.#page = page;
    this.#says = says;
    this.#view.page(page, this.#code, detail.slice(0, DETAIL_MAX));
    if (isNew) this.#record(page, this.#code, detail, facts);
    if (PASSING.has(page)) this.#stopPassing = this.#deps.clock.after(PASSING_MS, this.#onPassed);
  }

  /** A session or a greeter is shown in its place. */
  gone(): void {
    this.#page = null;
    this.#stopPassing?.();
  }

  #record(
    page: PageKind,
    code: string,
    detail: string,
    { token = null, ...facts }: Readonly<Record<string, string | null>>,
  ): void {
    const { place, terminalName, log } = this.#for;
    const details = {
      ...facts,
      code,
      page: pageName(page),
      name: terminalName,
      connection: place.connection,
      ...(detail === '' ? {} : { detail: oneLine(detail) }),
    };
    // Not `code`: under that name logs hide what lets somebody in.
    log.warn({ pageCode: code, page: pageName(page) }, 'a page of trouble is shown');
    audit(this.#deps, { kind: 'page-shown', terminal: place.terminal, token, details });
  }
}
