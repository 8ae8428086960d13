/** Runs in the virtual machine instead of the terminal's program, as its user: says what a terminal is from within. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

const say = (what: object) => console.log(`inside: ${JSON.stringify(what)}`);
const TCP_LISTENS = '0A';

/** Local addresses of what is open, as the kernel writes them. */
function sockets(kind: string, state?: string): string[] {
  const lines = readFileSync(`/proc/net/${kind}`, 'utf8').trim().split('\n').slice(1);
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => state === undefined || words[3] === state)
    .map((words) => words[1] ?? '');
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

const { R_OK, W_OK } = constants;
say({ user: process.getuid?.(), groups: process.getgroups?.() });
say({ listens: ['tcp', 'tcp6'].flatMap((kind) => sockets(kind, TCP_LISTENS)) });
say({ datagrams: ['udp', 'udp6', 'raw', 'raw6'].flatMap((kind) => sockets(kind)) });
const input = readdirSync('/dev/input').filter((name) => name.startsWith('event'));
say({
  input: input.map((name) => may(join('/dev/input', name), R_OK | W_OK)),
  screens: may('/dev/dri/card0', R_OK | W_OK),
  cards: await answers('/run/pcscd/pcscd.comm'),
  disks: readdirSync('/dev').some(
    (name) => /^(vd|sd|nvme)/.test(name) && may(`/dev/${name}`, R_OK),
  ),
  memory: may('/dev/mem', R_OK),
});
say({
  rootWritten: may('/', W_OK) || may('/opt/wayray', W_OK),
  stateMode: (statSync('/run/state').mode & 0o777).toString(8),
  stateUser: statSync('/run/state').uid,
  logs: existsSync('/run/log/start'),
});
const kept = readFileSync('/proc/mounts', 'utf8').split('\n');
say({ state: kept.find((line) => line.includes(' /run/state ')) });
say({
  events: execFileSync('udevadm', ['info', '-e'], { encoding: 'utf8' }).match(/ID_INPUT_\w+=1/g),
});
// Users by name, with their programs.
const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
const running = processes.flatMap((id) => {
  try {
    const words = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').filter(Boolean);
    return words.length === 0
      ? []
      : [`${statSync(`/proc/${id}`).uid} ${words.slice(0, 3).join(' ')}`];
  } catch {
    return [];
  }
});
say({ running });
say({
  clock: new Date().toISOString(),
  host: execFileSync('hostname', { encoding: 'utf8' }).trim(),
});
say({ watchdog: existsSync('/dev/watchdog0'), ready: true });
await new Promise((resolve) => setTimeout(resolve, 600_000));
