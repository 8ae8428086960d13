import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import type { BrokerMessage } from '../../../appliance/greeter/wire/greeter-messages.ts';
import { Desktop, type DesktopOptions } from '../../helpers/desktop.ts';
import { repository } from '../../helpers/program.ts';
import { ScriptedBroker } from './scripted-broker.ts';

export interface Rig {
  readonly broker: ScriptedBroker;
  readonly desktop: Desktop;
  /** All that anybody wrote down. */
  logs(): string;
  /** How wrlogin ended, once it has: its exit status. */
  exited(): Promise<number>;
}

/** The real login screen in a real session with a real terminal; the broker's side is the test's. */
export async function openGreeter(
  t: ExecutionContext,
  hello: BrokerMessage,
  options: DesktopOptions = {},
): Promise<Rig> {
  const broker = await ScriptedBroker.listen();
  t.teardown(() => broker[Symbol.dispose]());
  const exec =
    `WAYLAND_DEBUG=client WAYRAY_GREETER_SOCKET=${broker.path} ${process.execPath} ${repository}/appliance/greeter/main.js; ` +
    'echo $? > "$HOME/status"; exec sleep infinity';
  const desktop = await Desktop.open(t, { exec, ...options });
  await broker.told('ready');
  broker.send(hello);
  return {
    broker,
    desktop,
    logs: () =>
      desktop.server.sessionLog +
      desktop.server.program.stderr +
      readFileSync(desktop.server.file('s/log/main.applications.log'), 'utf8'),
    exited: async () => Number((await desktop.lines('status'))[0]),
  };
}
