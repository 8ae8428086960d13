import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeScreenshot } from '../../../firmware/display/screenshot.ts';
import { makePage } from '../../../firmware/screens/page.ts';
import { PageArt } from '../../../firmware/screens/page-art.ts';
import type { PageName } from '../../../firmware/screens/words.ts';
import { Framebuffer } from '../../../native/pixels/index.ts';
import { Picture } from '../../helpers/picture.ts';
import type { CursorShape } from './cursor-shape.ts';
import { type CursorPlace, type Machine, PATIENCE_MS } from './machine.ts';

const LOOK_MS = 300;
/** Of pages. */
const GROUND = 0x20242c;
const HEADLINE = 0xf2f4f8;

/** What a person sees of a machine; QEMU's dumps have everything but the cursor. */
export class Screen {
  readonly #machine: Machine;
  readonly #folder: string;
  readonly #art = new PageArt();
  #kept = 0;

  /** @param folder for pictures */
  constructor(machine: Machine, folder: string) {
    this.#machine = machine;
    this.#folder = folder;
  }

  async look(head = 0): Promise<Picture> {
    return new Picture(await this.#dump(head));
  }

  /** Looks again and again until the screen is as wanted. @throws Error after two minutes, and leaves the screen as a PNG */
  async until(
    what: string,
    isWanted: (picture: Picture) => boolean | Promise<boolean>,
    head = 0,
  ): Promise<Picture> {
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const picture = await this.look(head);
      if (await isWanted(picture)) return picture;
      if (performance.now() > endMs) {
        const file = await this.keep('not-as-wanted');
        throw new Error(`not on the screen: ${what}; see ${file}`);
      }
      await delay(LOOK_MS);
    }
  }

  /** Waits for this page, every pixel of the screen as the terminal's own drawing of it on this machine. */
  async shows(name: PageName, detail = ''): Promise<Picture> {
    return this.until(`the page ${name}`, async (picture) => {
      const { width, height } = picture;
      const page = await this.#art.draw(makePage(name, detail), width, height);
      return picture.changedSince(new Picture(page)) === null;
    });
  }

  /** Waits for a page of which not every word is known before: its ground, a headline, and nothing else that is so dark. */
  async showsSomePage(what: string): Promise<Picture> {
    return this.until(
      what,
      (picture) =>
        picture.share((rgb) => rgb === GROUND) > 0.9 &&
        picture.share((rgb) => rgb === HEADLINE) > 0.001 &&
        picture.share((rgb) => rgb < GROUND) === 0,
    );
  }

  /** Waits for a picture of the session that stays the same from one look to the next. */
  async settled(): Promise<Picture> {
    let before: Picture | null = null;
    return this.until('a picture that stays', (picture) => {
      const same = before !== null && picture.changedSince(before) === null;
      before = picture;
      return same;
    });
  }

  /** Keeps what is shown as a PNG, numbered in the order of the story. @returns its path */
  async keep(name: string, head = 0): Promise<string> {
    return this.#write(name, await this.#dump(head));
  }

  /** The same with the cursor where it is. */
  async keepWithCursor(name: string): Promise<string> {
    const shown = await this.#dump(0);
    const { cursor } = this.#machine;
    if (cursor && cursor.image > 0) drawCursor(shown, cursor, await this.#machine.cursorShape());
    return this.#write(name, shown);
  }

  async #write(name: string, shown: Framebuffer): Promise<string> {
    this.#kept += 1;
    const number = String(this.#kept).padStart(2, '0');
    const file = join(this.#folder, `${number}-${name}.png`);
    await writeScreenshot(shown, file);
    return file;
  }

  async #dump(head: number): Promise<Framebuffer> {
    return fromPpm(readFileSync(await this.#machine.screendump(head)));
  }
}

/** @param ppm of the kind P6 with 8 bits a colour, as QEMU writes it */
function fromPpm(ppm: Buffer): Framebuffer {
  const head = /^P6\s(\d+) (\d+)\s255\s/.exec(ppm.toString('latin1', 0, 40));
  if (!head) throw new Error('QEMU gave no picture');
  const shown = new Framebuffer(Number(head[1]), Number(head[2]));
  for (let from = head[0].length, to = 0; to < shown.bytes.length; from += 3, to += 4) {
    shown.bytes[to] = ppm[from + 2] as number;
    shown.bytes[to + 1] = ppm[from + 1] as number;
    shown.bytes[to + 2] = ppm[from] as number;
  }
  return shown;
}

function drawCursor(shown: Framebuffer, at: CursorPlace, { width, height, pixels }: CursorShape) {
  for (let y = 0; y < Math.min(height, shown.height - at.y); y++)
    for (let x = 0; x < Math.min(width, shown.width - at.x); x++) {
      const from = (y * width + x) * 4;
      const to = ((at.y + y) * shown.width + at.x + x) * 4;
      const rest = 255 - (pixels[from + 3] ?? 0);
      for (let i = 0; i < 3; i++)
        shown.bytes[to + i] =
          (pixels[from + i] ?? 0) + Math.round(((shown.bytes[to + i] ?? 0) * rest) / 255);
    }
}
