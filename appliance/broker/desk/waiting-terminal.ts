import type { Terminal } from '../terminal.ts';
import type { DeskDeps } from './desk-deps.ts';
import type { Pace } from './pace.ts';
import { DeskPages } from './pages.ts';
import { WAITING_PAGES, type WaitingReason } from './terminal-admission.ts';
import type { TerminalView } from './view.ts';

const WORDS: Readonly<Record<WaitingReason, (name: string) => string>> = {
  pending: (name) =>
    `It calls itself ${name}. Tell your administrator the code below; it goes on by itself once it is approved.`,
  revoked: (name) => `${name} may not be used any more. Tell your administrator the code below.`,
  conflict: (name) =>
    `Another terminal is called ${name}. An administrator can give this one a name.`,
};

/** A terminal that may not be used: it shows why, and nothing that it sends is looked at before it may. */
export class WaitingTerminal {
  readonly reason: WaitingReason;
  readonly #pages: DeskPages;

  /** @param codes of all that wait: they may come as often as they like */
  constructor(
    terminal: Terminal,
    view: TerminalView,
    reason: WaitingReason,
    name: string,
    deps: Pick<DeskDeps, 'registry' | 'log' | 'clock'>,
    codes: Pace,
  ) {
    this.reason = reason;
    const place = { terminal: terminal.id, connection: terminal.connection };
    const drawnFor = { terminalName: name, place, log: terminal.log, codes };
    this.#pages = new DeskPages(deps, view, drawnFor, () => {});
    terminal.onControl = () => {};
    this.#pages.draw(WAITING_PAGES[reason], WORDS[reason](name));
  }

  [Symbol.dispose](): void {
    this.#pages.gone();
  }
}
