import type { PixelImage } from '../../native/pixels/index.ts';
import type { OutputLayout } from '../compositor/output/layout.ts';
import { drawSvg } from '../compositor/scene/draw-svg.ts';
import type { Scene } from '../compositor/scene/scene.ts';
import { escapeXml } from '../escape-xml.ts';
import type { ApplicationEnd } from './application.ts';

/** Logical pixels. */
const WIDTH = 720;
const LINE = 28;
const MARGIN = 24;
const LINE_LENGTH = 88;
const MAX_TROUBLE_LINES = 6;
const COLOURS = { hint: '#8b94a3', trouble: '#e0b070' };

export interface DesktopHintDeps {
  readonly scene: Scene;
  readonly outputs: OutputLayout;
  /** How to start something. */
  readonly ways: string;
  /** What is wrong with the session's files. */
  readonly problems: readonly string[];
  readonly onError: (error: unknown) => void;
}

/** Words at the foot of the desktop: how to start an application, and what went wrong. */
export class DesktopHint {
  readonly #deps: DesktopHintDeps;
  readonly #height: number;
  readonly #problems: readonly string[];
  #trouble = '';
  #image: PixelImage | null = null;
  #drawn = '';

  constructor(deps: DesktopHintDeps) {
    this.#deps = deps;
    this.#problems = problemLines(deps.problems);
    this.#height = LINE * (this.#problems.length + 2);
    deps.outputs.onEvent(({ kind }) => {
      if (kind !== 'bound') this.#refresh();
    });
    this.#refresh();
  }

  applicationEnded(name: string, { status, signal }: ApplicationEnd): void {
    const failed = signal !== null || status !== 0;
    const who = name === 'application' ? 'The application' : `"${name}"`;
    const how = signal ?? `status ${status}`;
    this.#trouble = failed ? `${who} ended with ${how}; the applications' log may say why.` : '';
    this.#refresh();
  }

  applicationGivenUp(name: string): void {
    this.#trouble = `"${name}" ended too often and is not started again; its log may say why.`;
    this.#refresh();
  }

  #refresh(): void {
    this.#place();
    const scale = this.#deps.outputs.primary?.scale ?? 1;
    const svg = this.#svg(scale);
    if (svg === this.#drawn) return;
    this.#drawn = svg;
    this.#draw(svg).catch(this.#deps.onError);
  }

  async #draw(svg: string): Promise<void> {
    const image = await drawSvg(svg);
    if (svg !== this.#drawn) return;
    this.#image = image;
    this.#place();
  }

  #place(): void {
    const { outputs, scene } = this.#deps;
    const area = outputs.primary?.usable;
    const image = this.#image;
    if (!area || !image) return;
    const size = { width: WIDTH, height: this.#height };
    const x = area.x + Math.round((area.width - size.width) / 2);
    const y = area.y + area.height - size.height - MARGIN;
    scene.setItems('hint', [{ kind: 'image', image, x, y, ...size }]);
  }

  #svg(scale: number): string {
    const trouble = [...this.#problems, this.#trouble];
    const lines = [
      ...trouble.map((text, i) => svgLine(text, i, COLOURS.trouble)),
      svgLine(this.#deps.ways, trouble.length, COLOURS.hint),
    ];
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.round(WIDTH * scale)}" ` +
      `height="${Math.round(this.#height * scale)}" viewBox="0 0 ${WIDTH} ${this.#height}">` +
      `${lines.join('')}</svg>`
    );
  }
}

function svgLine(text: string, row: number, colour: string): string {
  return (
    `<text x="${WIDTH / 2}" y="${row * LINE + 22}" font-size="14" fill="${colour}" ` +
    `text-anchor="middle" font-family="DejaVu Sans, sans-serif">` +
    `${escapeXml(text.slice(0, LINE_LENGTH))}</text>`
  );
}

/** Broken between words; what does not fit is in the log. */
function problemLines(problems: readonly string[]): string[] {
  const lines = problems.flatMap(brokenLines);
  if (lines.length <= MAX_TROUBLE_LINES) return lines;
  return [...lines.slice(0, MAX_TROUBLE_LINES - 1), "There is more in the session's log."];
}

function brokenLines(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > LINE_LENGTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
