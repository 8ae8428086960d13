import { parseArgs } from 'node:util';
import type { Cell } from './cells/cell.ts';
import type { LinkModel } from './host/link.ts';
import type { Peer } from './peers/peer.ts';

export interface Options {
  readonly peers: readonly Peer[];
  readonly cells: readonly Cell[];
  readonly rounds: number;
  readonly secondsPerSlice: number;
  /** Of a whole run, shared out among its rounds. */
  readonly moves: number;
  readonly link: LinkModel;
}

/** A wrong option: the message says what is allowed. */
export class UsageError extends Error {}

const links: Readonly<Record<string, LinkModel>> = {
  lan: { delayMs: 0, rateMbit: 0, lossPpm: 0 },
  wan: { delayMs: 10, rateMbit: 20, lossPpm: 0 },
};

export function usage(peers: readonly Peer[], cells: readonly Cell[]): string {
  return `usage: just bench [options]
  --peers LIST      of ${names(peers)}; the first is compared with the others
  --cells LIST      of ${names(cells)}
  --rounds N        default 3
  --seconds N       measured time per slice, default 4
  --moves N         from terminal to terminal in the hot-desk cells, over all rounds, default 200
  --link NAME       lan (default: no delay, no limit) or wan (10 ms each way, 20 Mbit/s)
  --delay-ms N --rate-mbit N --loss-ppm N    other links; the delay is one way`;
}

/**
 * @param peers all that there are; those in `usual` run when none are named, and so with cells
 * @throws UsageError
 */
export function parseOptions(
  args: readonly string[],
  peers: readonly Peer[],
  cells: readonly Cell[],
  usual: { readonly peers: readonly string[]; readonly cells: readonly string[] },
): Options {
  const values = parse(args);
  const link = links[values.link];
  if (!link)
    throw new UsageError(`--link ${values.link}: allowed are ${Object.keys(links).join(', ')}`);
  return {
    peers: pick('--peers', values.peers ?? usual.peers.join(','), peers),
    cells: pick('--cells', values.cells ?? usual.cells.join(','), cells),
    rounds: integer('--rounds', values.rounds, 1, 100),
    secondsPerSlice: integer('--seconds', values.seconds, 1, 600),
    moves: integer('--moves', values.moves, 1, 10_000),
    link: {
      delayMs: integer('--delay-ms', values['delay-ms'] ?? String(link.delayMs), 0, 10_000),
      rateMbit: integer('--rate-mbit', values['rate-mbit'] ?? String(link.rateMbit), 0, 100_000),
      lossPpm: integer('--loss-ppm', values['loss-ppm'] ?? String(link.lossPpm), 0, 1_000_000),
    },
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        peers: { type: 'string' },
        cells: { type: 'string' },
        rounds: { type: 'string', default: '3' },
        seconds: { type: 'string', default: '4' },
        moves: { type: 'string', default: '200' },
        link: { type: 'string', default: 'lan' },
        'delay-ms': { type: 'string' },
        'rate-mbit': { type: 'string' },
        'loss-ppm': { type: 'string' },
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

function pick<T extends { readonly name: string }>(
  option: string,
  wanted: string,
  all: readonly T[],
): T[] {
  return wanted.split(',').map((name) => {
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
