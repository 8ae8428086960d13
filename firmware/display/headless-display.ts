import type { Framebuffer } from '../../native/pixels/index.ts';
import type { OutputInfo } from '../../protocol/generated/control.ts';
import type { Page } from '../screens/page.ts';
import type { Display } from './display.ts';
import type { NativePicture } from './native-picture.ts';
import { inRow, outputInfo } from './output-info.ts';
import { PageScreens } from './page-screens.ts';
import { uprightScreen } from './turn.ts';

export interface HeadlessOutput {
  /** Of the picture in memory, as of a monitor that may be turned. */
  readonly width: number;
  readonly height: number;
  readonly scale?: number;
  /** wl_output.transform */
  readonly transform?: number;
}

interface Held {
  session: Framebuffer | null;
  page: Framebuffer | null;
}

/** A display in memory: what it shows can be read back, nobody looks at it. */
export class HeadlessDisplay implements Display {
  readonly hostKeyboard = null;
  readonly #pages: PageScreens;
  readonly #held = new Map<number, Held>();
  #outputs: OutputInfo[] = [];
  #nextId = 0;

  /** @param first at least one; the first is the primary */
  constructor(...first: readonly HeadlessOutput[]) {
    for (const output of first) this.#add(output);
    this.#pages = new PageScreens({
      outputs: () => this.#outputs,
      put: (output, drawn) => {
        const held = this.#held.get(output);
        if (held) held.page = drawn;
      },
    });
  }

  get outputs(): readonly OutputInfo[] {
    return this.#outputs;
  }

  present(
    output: number,
    picture: NativePicture,
    _damage: Int32Array,
    onPresented: (timeNs: number) => void,
  ): void {
    const held = this.#held.get(output);
    if (held) held.session = picture.framebuffer;
    onPresented(Number(process.hrtime.bigint()));
  }

  showPage(page: Page | null): void {
    if (!page) for (const held of this.#held.values()) held.page = null;
    this.#pages.show(page);
  }

  blank(): void {
    for (const held of this.#held.values()) held.session = null;
  }

  async look(output = this.#outputs[0]?.id): Promise<Framebuffer | null> {
    await this.#pages.drawn;
    return output === undefined ? null : this.shownOn(output);
  }

  /** The same as it is at this moment. */
  shownOn(output: number): Framebuffer | null {
    const info = this.#outputs.find(({ id }) => id === output);
    const held = info && this.#held.get(info.id);
    const shown = held && (this.#pages.page ? held.page : held.session);
    return shown ? uprightScreen(shown, info.transform) : null;
  }

  resize(width: number, height: number, output = this.#outputs[0]?.id): void {
    this.#arrange(
      this.#outputs.map((each) =>
        each.id === output ? { ...each, widthPx: width, heightPx: height } : each,
      ),
    );
  }

  /** A monitor more, to the right of the others. */
  plug(output: HeadlessOutput): void {
    this.#add(output);
    this.#pages.redraw();
  }

  /** The last one stays. */
  unplug(output: number): void {
    const rest = this.#outputs.filter(({ id }) => id !== output);
    if (rest.length === 0) return;
    this.#held.delete(output);
    this.#arrange(rest);
  }

  prepare(): Promise<void> {
    return this.#pages.prepare();
  }

  setCursor(): void {}
  setLeds(): void {}
  close(): void {}

  #add(output: HeadlessOutput): void {
    const id = this.#nextId++;
    this.#held.set(id, { session: null, page: null });
    this.#outputs = inRow([
      ...this.#outputs,
      outputInfo({ id, name: `WAYRAY-${id + 1}`, ...output }),
    ]);
  }

  #arrange(outputs: readonly OutputInfo[]): void {
    this.#outputs = inRow(outputs);
    this.#pages.redraw();
  }
}
