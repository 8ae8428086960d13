import { parseArgs } from 'node:util';
import { UsageError } from '../options.ts';
import type { MemoryPlan } from './memory.ts';
import type { DenseProduct } from './product.ts';

export interface DensityOptions extends MemoryPlan {
  readonly products: readonly DenseProduct[];
  /** How many sessions at once, one measurement each. */
  readonly sessions: readonly number[];
}

export function usage(products: readonly DenseProduct[]): string {
  return `usage: just bench-density [options]
  --peers LIST       of ${products.map(({ name }) => name).join(',')}
  --sessions LIST    how many at once, default 1,4,8
  --seconds N        over which CPU is counted, default 10
  --settle N         seconds after viewers have come, default 10
  --rest N           seconds after they have gone, default 75`;
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
    sessions: values.sessions.split(',').map((text) => integer('--sessions', text, 1, 64)),
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
        seconds: { type: 'string', default: '10' },
        settle: { type: 'string', default: '10' },
        rest: { type: 'string', default: '75' },
      },
    });
    return values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function integer(option: string, text: string, low: number, high: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < low || number > high || text.trim() === '')
    throw new UsageError(`${option} ${text}: allowed are ${low} to ${high}`);
  return number;
}
