import { parseArgs } from 'node:util';
import { UsageError } from '../options.ts';
import type { LoadPlan } from './load.ts';
import type { MemoryPlan } from './memory.ts';
import type { DenseProduct } from './product.ts';

export interface DensityOptions extends MemoryPlan, LoadPlan {
  readonly products: readonly DenseProduct[];
  /** How many sessions at rest at once, one measurement each. */
  readonly sessions: readonly number[];
  /** How many with people at work, ascending, until there is no point in more. */
  readonly load: readonly number[];
}

/** Those of a run that names none. */
const usualPeers = 'wayray,tigervnc-240,sway-wayvnc';

export function usage(products: readonly DenseProduct[]): string {
  return `usage: just bench-density [options]
  --peers LIST       of ${products.map(({ name }) => name).join(',')}; default ${usualPeers}
  --sessions LIST    how many at rest at once, default 1,4,8; none
  --load LIST        how many with people at work on one core or less, until keys become slow or the machine has
                     no room, default 4,6,8,10,12,16,20,24,32; none
  --stretches N      of time, after each of which people turn to something else, default 4
  --core-share N     what the servers have of a core while people work, 0.1 to 1, default 0.5
  --load-seconds N   of typing in each, default 4
  --seconds N        over which CPU at rest is counted, default 10
  --settle N         seconds after viewers have come, default by product
  --rest N           seconds after they have gone, default by product`;
}

/** @throws UsageError */
export function parseDensityOptions(
  args: readonly string[],
  products: readonly DenseProduct[],
): DensityOptions {
  const values = parse(args);
  const { settle, rest } = values;
  return {
    products: values.peers.split(',').map((name) => {
      const found = products.find((product) => product.name === name);
      if (!found) throw new UsageError(`--peers ${name}: no such product`);
      return found;
    }),
    sessions: counts('--sessions', values.sessions),
    load: counts('--load', values.load),
    stretches: integer('--stretches', values.stretches, 1, 64),
    coreShare: share('--core-share', values['core-share']),
    loadSeconds: integer('--load-seconds', values['load-seconds'], 1, 600),
    seconds: integer('--seconds', values.seconds, 1, 600),
    ...(settle !== undefined && { settleSeconds: integer('--settle', settle, 1, 600) }),
    ...(rest !== undefined && { restSeconds: integer('--rest', rest, 1, 600) }),
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        peers: { type: 'string', default: usualPeers },
        sessions: { type: 'string', default: '1,4,8' },
        load: { type: 'string', default: '4,6,8,10,12,16,20,24,32' },
        stretches: { type: 'string', default: '4' },
        'core-share': { type: 'string', default: '0.5' },
        'load-seconds': { type: 'string', default: '4' },
        seconds: { type: 'string', default: '10' },
        settle: { type: 'string' },
        rest: { type: 'string' },
      },
    });
    return values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function counts(option: string, text: string): number[] {
  if (text === 'none') return [];
  return text
    .split(',')
    .map((one) => integer(option, one, 1, 64))
    .sort((a, b) => a - b);
}

function share(option: string, text: string): number {
  const number = Number(text);
  if (!(number >= 0.1 && number <= 1) || text.trim() === '')
    throw new UsageError(`${option} ${text}: allowed are 0.1 to 1`);
  return number;
}

function integer(option: string, text: string, low: number, high: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < low || number > high || text.trim() === '')
    throw new UsageError(`${option} ${text}: allowed are ${low} to ${high}`);
  return number;
}
