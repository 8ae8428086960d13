import { browserKeyboard } from './full-screen.ts';
import { guessLayout, isLayout, LAYOUTS, layoutName } from './layouts.ts';

const STORAGE_KEY = 'wayray.layout';
const GUESS = '';

/** The person's keyboard layout: chosen and remembered, or guessed. */
export class LayoutChoice {
  readonly #select: HTMLSelectElement;
  #guess = guessLayout(null, navigator.languages);

  constructor(select: HTMLSelectElement, onChange: () => void) {
    this.#select = select;
    select.append(new Option('', GUESS), ...LAYOUTS.map(({ id, name }) => new Option(name, id)));
    const chosen = remembered();
    if (chosen !== null) select.value = chosen;
    this.#nameGuess();
    select.addEventListener('change', () => {
      remember(select.value);
      onChange();
    });
  }

  /** As in LAYOUTS. */
  get id(): string {
    return this.#select.value === GUESS ? this.#guess : this.#select.value;
  }

  /** Looks at what the keys print, where the browser tells it. */
  async look(): Promise<void> {
    const labels = (await browserKeyboard.getLayoutMap?.().catch(() => null)) ?? null;
    this.#guess = guessLayout(labels, navigator.languages);
    this.#nameGuess();
  }

  #nameGuess(): void {
    const option = this.#select.options[0];
    if (option) option.text = `Automatic: ${layoutName(this.#guess)}`;
  }
}

/** Storage may be forbidden; then the choice lasts as long as the page. */
function remembered(): string | null {
  try {
    const id = localStorage.getItem(STORAGE_KEY);
    return id !== null && isLayout(id) ? id : null;
  } catch {
    return null;
  }
}

function remember(id: string): void {
  try {
    if (id === GUESS) localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, id);
  } catch {
    // nothing to be done
  }
}
