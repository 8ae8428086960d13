import type { Framebuffer } from '../../native/pixels/index.ts';
import type { OutputInfo } from '../../protocol/generated/control.ts';
import type { CursorImage } from '../../protocol/generated/cursor.ts';
import type { Logger } from '../../protocol/node/log.ts';
import type { DisplayConfig } from '../config/display.ts';
import type { InputConfig } from '../config/input.ts';
import { Seat, type SeatDeps, type SeatDevice, type SeatOutput } from '../input/seat.ts';
import type { Page } from '../screens/page.ts';
import type { Display, DisplayEvents } from './display.ts';
import { IdleTimer } from './idle-timer.ts';
import { type CardSource, KmsCard, systemCards } from './kms-card.ts';
import type { KmsHead } from './kms-head.ts';
import { KmsHeads } from './kms-heads.ts';
import { MonitorMemory } from './monitor-memory.ts';
import type { NativePicture } from './native-picture.ts';
import { logicalSize, outputInfo, type Size, uprightSize } from './output-info.ts';
import { isNews } from './page-news.ts';
import { PageScreens } from './page-screens.ts';
import { uprightScreen } from './turn.ts';

/** Devices are found one after the other when a machine starts. */
const NO_INPUT_MS = 3000;
const NO_INPUT = 'No keyboard or mouse is connected';

export interface KmsDisplayOptions {
  /** What the picture measures until there is a monitor. */
  readonly size: Size;
  /** null: by the monitors' sizes */
  readonly scale: number | null;
  readonly display: DisplayConfig;
  /** The file that remembers how the monitors stand; default: nothing does. */
  readonly memory?: string;
  readonly input: InputConfig;
  readonly events: DisplayEvents;
  readonly log: Logger;
  /** Only tests have others. */
  readonly cards?: CardSource;
  readonly openSeat?: (deps: SeatDeps) => Seat;
}

/** A session on the machine's own monitors, with its own keyboard and mouse. */
export class KmsDisplay implements Display {
  readonly hostKeyboard = null;
  readonly #events: DisplayEvents;
  readonly #log: Logger;
  readonly #seat: Seat | null;
  readonly #card: KmsCard;
  readonly #heads: KmsHeads;
  readonly #pages: PageScreens;
  readonly #idle: IdleTimer;
  /** By output; the session's stay when their monitor is used in another way. */
  readonly #pictures = new Map<number, Framebuffer>();
  readonly #drawn = new Map<number, Framebuffer>();
  #outputs: readonly OutputInfo[];
  /** Before, there is nobody who could be told. */
  #open = false;
  #cursor: CursorImage | null = null;
  #pointer: { output: number; x: number; y: number } | null = null;
  #news: Page | null = null;
  #noInput: NodeJS.Timeout | null = null;

  constructor(options: KmsDisplayOptions) {
    const { size, scale, display, events, log } = options;
    this.#events = events;
    this.#log = log;
    this.#outputs = [outputInfo({ id: 0, name: 'none', ...size, scale: scale ?? 1 })];
    this.#idle = new IdleTimer({
      ...display,
      sleep: () => this.#sleep(),
      wake: () => this.#wake(),
    });
    this.#pages = new PageScreens({
      outputs: () => this.#outputs,
      put: (output, drawn) => {
        this.#drawn.set(output, drawn);
        this.#heads.of(output)?.show(drawn);
      },
    });
    this.#heads = new KmsHeads({
      ...{ config: display, scale, memory: new MonitorMemory(options.memory ?? null, log), log },
      opened: (head) => this.#begin(head),
      unusable: () => this.#card.lookLater(),
      refused: () => this.#card.reopen(),
    });
    this.#seat = this.#openSeat(options);
    this.#card = new KmsCard({
      source: options.cards ?? systemCards((path) => this.#seat?.openDevice(path) ?? null),
      log,
      changed: (card) => (card ? this.#look() : this.#heads.drop()),
      monitorsChanged: () => this.#look(),
      flipped: (crtc, timeNs) => this.#heads.flipped(crtc, timeNs),
    });
    this.#card.start();
    if (this.#heads.all.length === 0) log.warn('no monitor: waiting for one');
    this.#devicesChanged(this.#seat?.devices ?? []);
    this.#open = true;
  }

  get outputs(): readonly OutputInfo[] {
    return this.#outputs;
  }

  get devices(): readonly string[] {
    return (this.#seat?.devices ?? []).map(({ name, kinds }) => `${name} (${kinds.join(', ')})`);
  }

  present(
    output: number,
    picture: NativePicture,
    damage: Int32Array,
    onPresented: (timeNs: number) => void,
  ): void {
    this.#pictures.set(output, picture.framebuffer);
    const head = this.#heads.of(output);
    if (this.#pages.page || !head) return onPresented(Number(process.hrtime.bigint()));
    this.#idle.shows('session');
    head.screen.show(picture.framebuffer, damage, onPresented);
  }

  setCursor(image: CursorImage | null): void {
    this.#cursor = image;
    this.#point();
  }

  setLeds(mask: number): void {
    this.#seat?.setLeds(mask);
  }

  showPage(page: Page | null): void {
    this.#pages.show(page);
    if (page) this.#tellPage(page);
    else this.#showPictures();
    this.#point();
  }

  blank(): void {
    this.#pictures.clear();
    for (const head of this.#heads.all) head.show(null);
    // A page that is shown already may be all that comes now.
    this.#pages.redraw();
  }

  async look(output = this.#outputs[0]?.id): Promise<Framebuffer | null> {
    await this.#pages.drawn;
    const info = this.#outputs.find(({ id }) => id === output);
    const shown = info && (this.#pages.page ? this.#drawn : this.#pictures).get(info.id);
    return shown ? uprightScreen(shown, info.transform) : null;
  }

  prepare(): Promise<void> {
    return this.#pages.prepare();
  }

  /** A monitor has the size that it has. */
  resize(): void {}

  close(): void {
    if (this.#noInput) clearTimeout(this.#noInput);
    this.#idle[Symbol.dispose]();
    this.#heads.drop();
    this.#card[Symbol.dispose]();
    this.#seat?.[Symbol.dispose]();
  }

  #openSeat({ input, log, openSeat = (deps) => new Seat(deps) }: KmsDisplayOptions): Seat | null {
    try {
      return openSeat({
        config: input,
        log,
        input: (event) => {
          this.#idle.stir();
          if (this.#open) this.#events.input(event);
        },
        moved: (output, x, y) => this.#moved(output, x, y),
        devicesChanged: (devices) => this.#devicesChanged(devices),
        releaseAll: () => {
          if (this.#open) this.#events.releaseAll();
        },
        seatChanged: (active) => this.#seatChanged(active),
        lost: () => {
          if (this.#open) this.#card.reopen();
        },
        returned: () => {
          if (this.#open) this.#card.reopen();
        },
      });
    } catch (error) {
      log.error({ reason: (error as Error).message }, 'no keyboards and mice');
      return null;
    }
  }

  /** A keyboard or mouse that is away for a moment is nothing to tell of. */
  #devicesChanged(devices: readonly SeatDevice[]): void {
    const usable = devices.some(({ kinds }) => kinds.some((kind) => kind !== 'switch'));
    if (this.#noInput) clearTimeout(this.#noInput);
    this.#noInput = null;
    if (usable) return this.#pages.setNote(null);
    this.#noInput = setTimeout(() => {
      this.#log.warn('no keyboard, mouse or touch screen is connected');
      this.#pages.setNote(NO_INPUT);
    }, NO_INPUT_MS);
  }

  #seatChanged(active: boolean): void {
    this.#log.info({ active }, active ? 'the seat is ours' : 'another program has the seat');
    for (const { screen } of this.#heads.all) {
      if (!active) screen.leave();
      else if (!this.#idle.asleep) screen.wake();
    }
  }

  #moved(output: number, x: number, y: number): void {
    const before = this.#pointer?.output;
    this.#pointer = { output, x, y };
    this.#idle.stir();
    if (before !== output) return this.#point();
    this.#heads.of(output)?.cursor.move(this.#pointer);
  }

  /** The session's pointer on the monitor where it is, and none over a page. */
  #point(): void {
    const image = this.#pages.page ? null : this.#cursor;
    for (const head of this.#heads.all) {
      const at = this.#pointer ?? middleOf(this.#outputs[0]);
      head.point(image, at?.output === head.info.id ? at : null);
    }
  }

  /** A page that says something new is worth a light; one that only tells of the connection is not. */
  #tellPage(page: Page): void {
    this.#idle.shows('page');
    if (!isNews(page, this.#news)) return;
    this.#news = page;
    this.#idle.stir();
  }

  /** An output whose picture has not come yet keeps the ground of the page. */
  #showPictures(): void {
    this.#drawn.clear();
    for (const head of this.#heads.all) {
      const picture = this.#pictures.get(head.info.id);
      if (picture) head.show(picture);
    }
  }

  #sleep(): void {
    this.#log.info('monitors off');
    for (const { screen } of this.#heads.all) screen.sleep();
  }

  #wake(): void {
    this.#log.info('monitors on');
    for (const { screen } of this.#heads.all) screen.wake();
  }

  #look(): void {
    const { card } = this.#card;
    if (!card) return;
    try {
      const changed = this.#heads.use(card);
      // Without a monitor the session keeps the size that it has.
      if (changed && this.#heads.all.length > 0) this.#arranged();
    } catch (error) {
      this.#log.warn({ reason: (error as Error).message }, 'monitors cannot be looked at');
    }
  }

  #arranged(): void {
    this.#outputs = this.#heads.outputs;
    for (const output of [...this.#pictures.keys()])
      if (!this.#outputs.some(({ id }) => id === output)) this.#pictures.delete(output);
    this.#seat?.setOutputs(this.#outputs.map(seatOutput));
    this.#point();
    if (this.#open) this.#events.resized();
    this.#pages.redraw();
    this.#idle.stir();
  }

  #begin(head: KmsHead): void {
    const { id } = head.info;
    head.show((this.#pages.page ? this.#drawn : this.#pictures).get(id) ?? null);
    if (this.#idle.asleep) head.screen.sleep();
  }
}

function middleOf(output: OutputInfo | undefined): { output: number; x: number; y: number } | null {
  if (!output) return null;
  const { width, height } = uprightSize(output);
  return { output: output.id, x: width / 2, y: height / 2 };
}

function seatOutput(output: OutputInfo): SeatOutput {
  const { id, x, y, name, scale120 } = output;
  return { id, x, y, ...logicalSize(output), scale: scale120 / 120, name };
}
