import type { Framebuffer } from '../../native/pixels/index.ts';
import type { OutputInfo } from '../../protocol/generated/control.ts';
import type { Page } from '../screens/page.ts';
import type { Display } from './display.ts';
import type { NativePicture } from './native-picture.ts';
import { outputInfo } from './output-info.ts';
import { arrange } from './output-layout.ts';
import { PageScreens } from './page-screens.ts';
import { uprightScreen } from './turn.ts';

export interface HeadlessOutput {
  /** Of the picture in memory, as of a monitor that may be turned. */
  readonly width: number;
  readonly height: number;
  readonly scale?: number;
  /** wl_output.transform */
  readonly transform?: number;
  readonly refreshHz?: number;
  /** Which monitor it is: one that was here before stands where it stood. Without one it is a new one. */
  readonly name?: string;
  /** Logical pixels; without one to the right of the others. */
  readonly place?: { readonly x: number; readonly y: number };
}

interface Held {
  info: OutputInfo;
  readonly place: HeadlessOutput['place'];
  session: Framebuffer | null;
  page: Framebuffer | null;
}

/** A display in memory: what it shows can be read back, nobody looks at it. */
export class HeadlessDisplay implements Display {
  readonly hostKeyboard = null;
  readonly #pages: PageScreens;
  readonly #held = new Map<number, Held>();
  /** In the order in which they were seen first. */
  readonly #names: string[] = [];
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
    const held = output === undefined ? undefined : this.#held.get(output);
    if (!held) return;
    held.info = { ...held.info, widthPx: width, heightPx: height };
    this.#arrange();
  }

  /** The same monitor in another mode; what is not said becomes what it is for a new one. */
  change(output: number, to: Omit<HeadlessOutput, 'name' | 'place'>): void {
    const held = this.#held.get(output);
    if (!held) return;
    held.info = outputInfo({ ...to, id: output, name: held.info.name });
    this.#arrange();
  }

  /** A monitor more: where it stood before, or to the right of the others. */
  plug(output: HeadlessOutput): void {
    this.#add(output);
    this.#pages.redraw();
  }

  /** The last one stays. */
  unplug(output: number): void {
    if (!this.#held.has(output) || this.#held.size === 1) return;
    this.#held.delete(output);
    this.#arrange();
  }

  prepare(): Promise<void> {
    return this.#pages.prepare();
  }

  setCursor(): void {}
  setLeds(): void {}
  close(): void {}

  #add({ name: own, place, ...output }: HeadlessOutput): void {
    const id = this.#nextId++;
    const taken = this.#outputs.some((other) => other.name === own);
    const name = own === undefined || taken ? `WAYRAY-${id + 1}` : own;
    if (!this.#names.includes(name)) this.#names.push(name);
    const info = outputInfo({ ...output, id, name });
    this.#held.set(id, { info, place, session: null, page: null });
    this.#place();
  }

  #arrange(): void {
    this.#place();
    this.#pages.redraw();
  }

  #place(): void {
    const rank = ({ info }: Held): number => this.#names.indexOf(info.name);
    const ordered = [...this.#held.values()].sort((a, b) => rank(a) - rank(b));
    this.#outputs = arrange(ordered.map(({ info, place = null }) => ({ info, place })));
  }
}
