import { parseArgs } from 'node:util';
import type { Cell } from './cells/cell.ts';
import { describeLink, links, type NamedLink } from './links.ts';
import type { Peer } from './peers/peer.ts';
import type { Plan } from './run.ts';

const usualSeconds = '3';

/** What the command line wants. */
export type Wish =
  | { readonly kind: 'run'; readonly plan: Plan }
  /** The folder of a run to go on with, or to report about as far as it came. */
  | { readonly kind: 'resume' | 'report'; readonly directory: string };

/** A wrong option: the message says what is allowed. */
export class UsageError extends Error {}

/** What there is to choose from by name. */
export interface Choice {
  readonly peers: readonly Peer[];
  readonly cells: readonly Cell[];
}

export function usage({ peers, cells }: Choice): string {
  return `usage: just bench [options], or just bench-all [options]: all links, seven rounds
  --peers LIST      of ${names(peers)}
  --cells LIST      of ${names(cells)}
                    default: the usual ones, on slow links without ${names(cells.filter(({ lanOnly }) => lanOnly))}
  --rounds N        default 3
  --seconds N       measured time per slice, default 3; on slow links, and of ${names(cells.filter(({ brief }) => brief))}: 2
  --moves N         from terminal to terminal in the hot-desk cells, over all rounds, default 200
  --link LIST       ${links.map(describeLink).join('\n                    ')}
  --delay-ms N --rate-mbit N --loss-ppm N    another link; the delay is one way
  --resume FOLDER   goes on with a run that was stopped
  --report FOLDER   writes table and plot of a run, as far as it came`;
}

/**
 * @param usual names of peers and cells that run when none are named
 * @throws UsageError
 */
export function parseOptions(
  args: readonly string[],
  choice: Choice,
  usual: { readonly peers: readonly string[]; readonly cells: readonly string[] },
): Wish {
  const values = parse(args);
  if (values.resume !== undefined) return { kind: 'resume', directory: values.resume };
  if (values.report !== undefined) return { kind: 'report', directory: values.report };
  const plan = {
    peers: pick('--peers', values.peers?.split(',') ?? usual.peers, choice.peers),
    cells: pick('--cells', values.cells?.split(',') ?? usual.cells, choice.cells),
    links: chooseLinks(values),
    rounds: integer('--rounds', values.rounds, 1, 100),
    secondsPerSlice: integer('--seconds', values.seconds ?? usualSeconds, 1, 600),
    moves: integer('--moves', values.moves, 1, 10_000),
    unnamed: { cells: values.cells === undefined, seconds: values.seconds === undefined },
  };
  return { kind: 'run', plan };
}

function chooseLinks(values: ReturnType<typeof parse>): NamedLink[] {
  const chosen = pick('--link', values.link.split(','), links);
  const { 'delay-ms': delay, 'rate-mbit': rate, 'loss-ppm': loss } = values;
  const [first] = chosen;
  if (!first || (delay ?? rate ?? loss) === undefined) return chosen;
  if (chosen.length > 1) throw new UsageError('--link: only one link can be changed');
  const model = {
    delayMs: integer('--delay-ms', delay ?? String(first.model.delayMs), 0, 10_000),
    rateMbit: integer('--rate-mbit', rate ?? String(first.model.rateMbit), 0, 100_000),
    lossPpm: integer('--loss-ppm', loss ?? String(first.model.lossPpm), 0, 1_000_000),
  };
  return [{ name: 'other', model }];
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        peers: { type: 'string' },
        cells: { type: 'string' },
        rounds: { type: 'string', default: '3' },
        seconds: { type: 'string' },
        moves: { type: 'string', default: '200' },
        link: { type: 'string', default: 'lan' },
        'delay-ms': { type: 'string' },
        'rate-mbit': { type: 'string' },
        'loss-ppm': { type: 'string' },
        resume: { type: 'string' },
        report: { type: 'string' },
      },
    });
    return values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function names(list: readonly { readonly name: string }[]): string {
  return list.map(({ name }) => name).join(',');
}

/** @throws UsageError naming those that there are */
export function pick<T extends { readonly name: string }>(
  option: string,
  wanted: readonly string[],
  all: readonly T[],
): T[] {
  return wanted.map((name) => {
    const found = all.find((one) => one.name === name);
    if (!found) throw new UsageError(`${option} ${name}: allowed are ${names(all)}`);
    return found;
  });
}

function integer(option: string, text: string, low: number, high: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < low || number > high || text.trim() === '')
    throw new UsageError(`${option} ${text}: allowed are ${low} to ${high}`);
  return number;
}
