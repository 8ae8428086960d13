import type { Framebuffer } from '../../native/pixels/index.ts';
import { drawBlock, fillScreen, loadDrawing, type Picture32 } from './drawing.ts';
import { drawList } from './list-drawing.ts';
import { makePage, type Page } from './page.ts';
import type { PageName } from './words.ts';

const KEPT = 8;
/** What mostly comes next while another page is shown. */
const LIKELY: readonly PageName[] = ['readingCard', 'insertCard', 'cardRemoved', 'starting'];

/** Draws pages aside and keeps the ones that come often. */
export class PageArt {
  readonly #blocks = new Map<string, Promise<Picture32>>();

  /** @param used a screen that may be drawn over @returns the whole screen, the caller's own */
  async draw(
    page: Page,
    width: number,
    height: number,
    used: Framebuffer | null = null,
  ): Promise<Framebuffer> {
    return fillScreen(await this.#block(page, width, height), width, height, used);
  }

  /** Loads what draws and draws what is likely, one after the other so that nothing else waits for it. */
  async prepare(width: number, height: number): Promise<void> {
    await loadDrawing();
    for (const name of LIKELY) await this.#block(makePage(name), width, height);
  }

  #block(page: Page, width: number, height: number): Promise<Picture32> {
    if (page.sections) return drawList(page, page.sections, width, height);
    // How many digits a PIN has is nobody's business later on.
    if (page.dots !== undefined) return drawBlock(page, width, height);
    const key = JSON.stringify([page, width, height]);
    const block = this.#blocks.get(key) ?? drawBlock(page, width, height);
    this.#blocks.delete(key);
    this.#blocks.set(key, block);
    block.catch(() => this.#blocks.delete(key));
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > KEPT && oldest !== undefined) this.#blocks.delete(oldest);
    return block;
  }
}
