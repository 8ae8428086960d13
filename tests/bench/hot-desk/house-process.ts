// The server with all its processes, in a network namespace; it only waits while something is measured.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { House } from '../../helpers/house.ts';
import type {
  BrokerRecord,
  HouseCommand,
  HousePlan,
  HouseReady,
  HouseRecords,
  SessionRecord,
} from './messages.ts';

const { listen, exec, policy } = JSON.parse(process.argv[2] ?? '') as HousePlan;
// The bench ends its children by a signal; users and folders must go first.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end());

const house = await House.open({ listen, exec, config: policy });
const user = house.users.add('u');
const say = (answer: object) => process.stdout.write(`${JSON.stringify(answer)}\n`);
let ending: Promise<void> | null = null;

function end(): Promise<void> {
  ending ??= house.close().finally(() => process.exit(0));
  return ending;
}

async function obey(command: HouseCommand): Promise<object> {
  switch (command.do) {
    case 'register': {
      const { kind, id, key } = command;
      const slot = kind === 'software' ? 'software' : 'cardKey';
      await house.wradm('token', 'add', `${kind}:${id}`, user, '--key', `${slot}=${key}`);
      return {};
    }
    case 'records':
      return records();
    case 'end':
      await end();
      return {};
  }
}

function records(): HouseRecords {
  const folder = house.file('log/sessions');
  const logs = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  return {
    broker: told<BrokerRecord>(house.server.stderr, 'hot-desk'),
    session: logs.flatMap((log) => told<SessionRecord>(log, 'first frame')),
  };
}

function told<T>(log: string, message: string): T[] {
  return log
    .split('\n')
    .filter((line) => line.includes(`"msg":"${message}"`))
    .map((line) => JSON.parse(line) as T);
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    obey(JSON.parse(line) as HouseCommand).then(say, (error: Error) => {
      say({ error: error.message });
    });
  })
  .on('close', () => void end());
const { address, fingerprint } = house;
say({ address, fingerprint } satisfies HouseReady);
