import type { PixelImage } from '../../native/pixels/index.ts';
import type { OutputLayout } from '../compositor/output/layout.ts';
import { drawSvg, escapeXml } from '../compositor/scene/draw-svg.ts';
import type { Scene } from '../compositor/scene/scene.ts';
import type { ApplicationEnd } from './application.ts';

/** Logical pixels. */
const SIZE = { width: 720, height: 64 };
const MARGIN = 24;
const COLOURS = { hint: '#8b94a3', trouble: '#e0b070' };

/** Words at the foot of the desktop: how to start an application, and why the last one is gone. */
export class DesktopHint {
  readonly #scene: Scene;
  readonly #outputs: OutputLayout;
  readonly #command: string;
  readonly #onError: (error: unknown) => void;
  #trouble = '';
  #image: PixelImage | null = null;
  #drawn = '';

  /** @param command what Super+Return starts */
  constructor(
    scene: Scene,
    outputs: OutputLayout,
    command: string,
    onError: (error: unknown) => void,
  ) {
    this.#scene = scene;
    this.#outputs = outputs;
    this.#command = command;
    this.#onError = onError;
    outputs.onEvent(({ kind }) => {
      if (kind !== 'bound') this.#refresh();
    });
    this.#refresh();
  }

  applicationEnded({ status, signal }: ApplicationEnd): void {
    const failed = signal !== null || status !== 0;
    this.#trouble = failed
      ? `The application ended with ${signal ?? `status ${status}`}; the applications' log may say why.`
      : '';
    this.#refresh();
  }

  #refresh(): void {
    this.#place();
    const scale = this.#outputs.primary?.scale ?? 1;
    const svg = hintSvg(`Super+Return starts ${this.#command}`, this.#trouble, scale);
    if (svg === this.#drawn) return;
    this.#drawn = svg;
    this.#draw(svg).catch(this.#onError);
  }

  async #draw(svg: string): Promise<void> {
    const image = await drawSvg(svg);
    if (svg !== this.#drawn) return;
    this.#image = image;
    this.#place();
  }

  #place(): void {
    const area = this.#outputs.primary?.logical;
    const image = this.#image;
    if (!area || !image) return;
    const x = area.x + Math.round((area.width - SIZE.width) / 2);
    const y = area.y + area.height - SIZE.height - MARGIN;
    this.#scene.setItems('hint', [{ kind: 'image', image, x, y, ...SIZE }]);
  }
}

function hintSvg(hint: string, trouble: string, scale: number): string {
  const line = (text: string, y: number, colour: string) =>
    `<text x="${SIZE.width / 2}" y="${y}" font-size="14" fill="${colour}" text-anchor="middle" ` +
    `font-family="DejaVu Sans, sans-serif">${escapeXml(text.slice(0, 80))}</text>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.round(SIZE.width * scale)}" ` +
    `height="${Math.round(SIZE.height * scale)}" viewBox="0 0 ${SIZE.width} ${SIZE.height}">` +
    line(trouble, 22, COLOURS.trouble) +
    line(hint, 50, COLOURS.hint) +
    '</svg>'
  );
}
