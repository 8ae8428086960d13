/** What the page shows: the session, or words instead. */
export type PageState =
  | 'connecting'
  | 'attached'
  | 'waiting'
  | 'refused'
  | 'replaced'
  | 'ended'
  /** What the server wants shown while it shows no session. */
  | 'page';

export interface Words {
  readonly state: Exclude<PageState, 'attached'>;
  readonly headline: string;
  readonly detail: string;
  /** Label of the button below the words. */
  readonly action?: string;
  /** What an administrator looks up. */
  readonly code?: string;
}

export interface NoticeElements {
  readonly root: HTMLElement;
  readonly headline: HTMLElement;
  readonly detail: HTMLElement;
  readonly action: HTMLButtonElement;
  readonly code: HTMLElement;
}

/** A headline, an explanation, and a button where the person has to decide. */
export class Notice {
  readonly #elements: NoticeElements;

  constructor(elements: NoticeElements, onAction: () => void) {
    this.#elements = elements;
    elements.action.addEventListener('click', onAction);
  }

  get state(): string {
    return this.#elements.root.dataset['state'] ?? '';
  }

  show({ state, headline, detail, action, code }: Words): void {
    const { root } = this.#elements;
    this.#elements.headline.textContent = headline;
    this.#elements.detail.textContent = detail;
    this.#elements.code.textContent = code ?? '';
    this.#elements.action.textContent = action ?? '';
    this.#elements.action.hidden = action === undefined;
    root.dataset['state'] = state;
    document.title = `${headline} - WayRay`;
    const decides = state === 'replaced' || state === 'refused' || state === 'page';
    if (decides && action !== undefined) this.#elements.action.focus();
  }

  hide(): void {
    this.#elements.root.dataset['state'] = 'attached' satisfies PageState;
    document.title = 'WayRay';
  }
}
