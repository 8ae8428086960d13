import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Link, serverAddress } from '../host/link.ts';
import { screenHeight, screenWidth } from '../host/pictures.ts';
import { Desks } from '../hot-desk/desks.ts';
import { STEPS, type Way } from '../hot-desk/way.ts';
import type { StageOptions } from '../stage.ts';
import type { Cell } from './cell.ts';
import { type Metric, metric, type Samples } from './metric.ts';

const port = 7600;
const documents = fileURLToPath(new URL('../../../docs', import.meta.url));
/** A terminal emulator full of text in paragraphs and as lists in colour, and a window of GTK over it. */
const session = [
  'foot --maximized sh -c "',
  `cat '${documents}'/*.md | tr -s '\\n' ' ' | fold -s -w 300 | tail -n 60;`,
  `ls -lR --color=always /usr/include | pr -3 -t -w 280 | head -n 40;`,
  'exec sleep infinity" & exec gtk3-demo',
].join(' ');

const words: Readonly<Record<(typeof STEPS)[number], string>> = {
  read: "reader's event to CardInserted sent",
  told: 'broker has it',
  lookedUp: 'known, challenge sent',
  challenge: 'challenge at the terminal',
  sign: 'card has signed',
  proof: 'proof at the broker',
  granted: 'verified, decided, terminal before released',
  joined: 'Attach at wrcomp',
  arranged: 'screens arranged',
  opened: 'channel for frames open',
  encoded: 'first frame encoded',
  sent: 'received',
  presented: 'presented',
  verified: 'verified',
};

const metrics: readonly Metric[] = [
  metric('total p50', 'ms', 'total'),
  metric('total p99', 'ms', 'total', { statistic: 'p99' }),
  ...STEPS.flatMap((step) => [
    metric(`${words[step]}, p50`, 'ms', step, { digits: 2 }),
    metric(`${words[step]}, p99`, 'ms', step, { digits: 2, statistic: 'p99' }),
  ]),
  metric('beside: verified to dark at the terminal before, p50', 'ms', 'dark', { digits: 2 }),
  metric('beside: verified to dark at the terminal before, p99', 'ms', 'dark', {
    digits: 2,
    statistic: 'p99',
  }),
  metric('first frame', 'kB', 'kilobytes'),
];

/** @param title of the table */
function hotDesk(name: string, title: string, token: 'software' | 'card'): Cell {
  return {
    name,
    title,
    needsReconnect: false,
    metrics,
    measure: () => Promise.reject(new Error(`${name} has a server of its own`)),
    async measureAlone(options, { moves }) {
      await using owners = new AsyncDisposableStack();
      return samplesOf(await move(options, token, moves, owners));
    },
  };
}

async function move(
  { processes, namespaces, directory, link }: StageOptions,
  token: 'software' | 'card',
  moves: number,
  owners: AsyncDisposableStack,
): Promise<Way[]> {
  const own = await mkdtemp(join(directory, 'desks-'));
  const [serverNamespace, terminalNamespace] = [namespaces.add(), namespaces.add()];
  await Link.open(processes, serverNamespace, terminalNamespace, link);
  const desks = await Desks.open(
    {
      ...{ processes, serverNamespace, terminalNamespace, token },
      directory: own,
      listen: `${serverAddress}:${port}`,
      exec: session,
      width: screenWidth,
      height: screenHeight,
    },
    owners,
  );
  return desks.move(moves);
}

function samplesOf(ways: readonly Way[]): Samples {
  const list = (name: keyof Way) => ways.map((way) => way[name]);
  return {
    total: list('total'),
    ...Object.fromEntries([...STEPS, 'dark' as const].map((step) => [step, list(step)])),
    kilobytes: list('bytes').map((bytes) => bytes / 1000),
  };
}

export const hotDeskSoftware = hotDesk(
  'hot-desk',
  'a session that follows a software token from terminal to terminal',
  'software',
);
export const hotDeskCard = hotDesk(
  'hot-desk-card',
  'a session that follows a PIV card (key 9E) in a virtual reader of pcscd',
  'card',
);
