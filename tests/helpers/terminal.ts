import { writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { type Ended, Program } from './program.ts';
import type { Server } from './server.ts';

export type Step = Readonly<Record<string, unknown>>;

export interface TerminalOptions {
  readonly script?: readonly Step[];
  readonly keyboard?: string;
  readonly size?: string;
  readonly until?: string;
  readonly arguments?: readonly string[];
  /** Of Node. */
  readonly flags?: readonly string[];
}

/** Starts a headless wrclient on a server. */
export function startTerminal(server: Server, options: TerminalOptions = {}): Program {
  const args = ['--server', server.address, '--pin', server.fingerprint, '--display', 'headless'];
  args.push('--size', options.size ?? '800x600', '--state-dir', server.file('terminal'));
  if (options.keyboard) args.push('--keyboard', options.keyboard);
  if (options.until) args.push('--until', options.until);
  if (options.script) {
    const file = server.file(`script-${process.hrtime.bigint()}.ndjson`);
    writeFileSync(file, options.script.map((step) => JSON.stringify(step)).join('\n'));
    args.push('--input', file);
  }
  const all = [...args, ...(options.arguments ?? [])];
  return new Program('firmware/main.js', all, process.env, [], options.flags);
}

/** Runs a headless wrclient to its end. */
export function runTerminal(server: Server, options: TerminalOptions = {}): Promise<Ended> {
  return startTerminal(server, options).ended;
}

export interface Shot {
  readonly width: number;
  readonly height: number;
  /** RGB, three bytes per pixel. */
  readonly pixels: Buffer;
  /** Which part of the picture is of exactly this colour, 0 to 1. */
  share(rgb: number): number;
  /** How many different colours there are. */
  readonly colours: number;
}

/** Runs a headless wrclient and gives what it shows at its end. @param file keeps the PNG there */
export async function screenshot(
  server: Server,
  options: TerminalOptions = {},
  file = server.file('shot.png'),
): Promise<Shot> {
  const { status, stderr } = await runTerminal(server, {
    ...options,
    arguments: ['--screenshot', file, ...(options.arguments ?? [])],
  });
  if (status !== 0) throw new Error(`wrclient ended with ${status}: ${stderr}`);
  const { data, info } = await sharp(file)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return shotOf(data, info.width, info.height);
}

function shotOf(pixels: Buffer, width: number, height: number): Shot {
  const counts = new Map<number, number>();
  for (let i = 0; i < pixels.length; i += 3) {
    const rgb = pixels.readUIntBE(i, 3);
    counts.set(rgb, (counts.get(rgb) ?? 0) + 1);
  }
  return {
    width,
    height,
    pixels,
    share: (rgb) => (counts.get(rgb) ?? 0) / (width * height),
    colours: counts.size,
  };
}
