import { parseArgs } from 'node:util';
import { UsageError } from '../options.ts';
import type { MemoryPlan } from './memory.ts';
import type { DenseProduct } from './product.ts';

export interface DensityOptions extends MemoryPlan {
  readonly products: readonly DenseProduct[];
  /** How many sessions at rest at once, one measurement each. */
  readonly sessions: readonly number[];
  /** How many with people at work, until keys become slow. */
  readonly load: readonly number[];
  readonly loadSeconds: number;
}

export function usage(products: readonly DenseProduct[]): string {
  return `usage: just bench-density [options]
  --peers LIST       of ${products.map(({ name }) => name).join(',')}
  --sessions LIST    how many at rest at once, default 1,4,8; none
  --load LIST        how many with people at work on one core, until keys become slow, default 4,8,12,16,20,24; none
  --load-seconds N   of typing, default 10
  --seconds N        over which CPU is counted, default 10
  --settle N         seconds after viewers have come, default 45
  --rest N           seconds after they have gone, default 95`;
}

/** @throws UsageError */
export function parseDensityOptions(
  args: readonly string[],
  products: readonly DenseProduct[],
): DensityOptions {
  const values = parse(args);
  const names = values.peers?.split(',') ?? products.map(({ name }) => name);
  return {
    products: names.map((name) => {
      const found = products.find((product) => product.name === name);
      if (!found) throw new UsageError(`--peers ${name}: no such product`);
      return found;
    }),
    sessions: counts('--sessions', values.sessions),
    load: counts('--load', values.load),
    loadSeconds: integer('--load-seconds', values['load-seconds'], 1, 600),
    seconds: integer('--seconds', values.seconds, 1, 600),
    settleSeconds: integer('--settle', values.settle, 1, 600),
    restSeconds: integer('--rest', values.rest, 1, 600),
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        peers: { type: 'string' },
        sessions: { type: 'string', default: '1,4,8' },
        load: { type: 'string', default: '4,8,12,16,20,24' },
        'load-seconds': { type: 'string', default: '10' },
        seconds: { type: 'string', default: '10' },
        settle: { type: 'string', default: '45' },
        rest: { type: 'string', default: '95' },
      },
    });
    return values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function counts(option: string, text: string): number[] {
  return text === 'none' ? [] : text.split(',').map((one) => integer(option, one, 1, 64));
}

function integer(option: string, text: string, low: number, high: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < low || number > high || text.trim() === '')
    throw new UsageError(`${option} ${text}: allowed are ${low} to ${high}`);
  return number;
}
