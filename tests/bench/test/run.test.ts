import test from 'ava';
import type { Cell } from '../cells/cell.ts';
import { links } from '../links.ts';
import { peers } from '../peers/index.ts';
import { type Plan, runPlan, type Slice, sliceKey } from '../run.ts';
import type { StageOptions } from '../stage.ts';

const wayray = peers.filter(({ name }) => name === 'wayray');

/** A cell without a viewer, so that nothing has to be set up for it. */
function cellOf(name: string, measureAlone: () => Promise<{ figure: number[] }>): Cell {
  const measure = () => Promise.reject(new Error('not called'));
  return { name, title: name, needsReconnect: false, metrics: [], measure, measureAlone };
}

async function run(cells: readonly Cell[], done: readonly string[] = [], stop?: AbortController) {
  const plan: Plan = {
    ...{ peers: wayray, cells, links: links.slice(0, 1) },
    ...{ rounds: 1, secondsPerSlice: 1, moves: 1 },
  };
  const slices: Slice[] = [];
  const options = {} as StageOptions;
  const { signal } = stop ?? new AbortController();
  await runPlan(plan, options, new Set(done), signal, (slice) => slices.push(slice));
  return slices;
}

const good = cellOf('good', async () => ({ figure: [1] }));

function failing(times: number): Cell {
  let left = times;
  return cellOf('bad', async () => {
    if (left-- > 0) throw new Error(`broken, ${left} left`);
    return { figure: [2] };
  });
}

test('a slice that failed is measured again, and says why', async (t) => {
  const [first, second] = await run([failing(1), good]);
  t.like(first, { samples: { figure: [2] }, retried: 'broken, 0 left' });
  t.is(first?.error, undefined);
  t.like(second, { cell: 'good', samples: { figure: [1] } });
});

test('one that fails twice stays with its reason, and the others are measured', async (t) => {
  const [first, second] = await run([failing(2), good]);
  t.like(first, { samples: {}, error: 'broken, 0 left', retried: 'broken, 1 left' });
  t.like(second, { cell: 'good', samples: { figure: [1] } });
});

test('what is done is left out', async (t) => {
  const done = sliceKey({ link: 'lan', round: 0, cell: 'bad', peer: 'wayray' });
  t.deepEqual(
    (await run([failing(9), good], [done])).map(({ cell }) => cell),
    ['good'],
  );
});

test('after a stop nothing is measured or told, above all no failure', async (t) => {
  const stop = new AbortController();
  const stopping = cellOf('stopping', async () => {
    stop.abort();
    throw new Error('everything is being ended');
  });
  t.deepEqual(await run([stopping, good], [], stop), []);
});
