// Stands in wrcomp's place: serves its socket with one line about itself, and leaves a process that tries to get away.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, readFileSync, statSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { SESSION_MARK, sessionMark } from '../../../appliance/session-processes.ts';

/** `early`: before there is anything to clear away. */
function refuse(when) {
  if (process.env['WR_TEST_REFUSE'] !== when) return;
  writeSync(3, 'no screen\n');
  process.exit(1);
}

refuse('early');
const option = (name) => process.argv[process.argv.indexOf(name) + 1];
const stray = spawn('sh', ['-c', 'setsid sleep 1000 & echo $!'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, [SESSION_MARK]: sessionMark(option('--socket')) },
});
let strayPid = '';
for await (const chunk of stray.stdout) {
  strayPid += chunk;
  if (strayPid.includes('\n')) break;
}
const runtime = process.env['XDG_RUNTIME_DIR'] ?? '/';
const about = {
  pid: process.pid,
  strayPid: Number(strayPid),
  uid: process.getuid(),
  gid: process.getgid(),
  groups: process.getgroups(),
  cwd: process.cwd(),
  environment: process.env,
  cgroup: readFileSync('/proc/self/cgroup', 'utf8'),
  runtimeMode: statSync(runtime).mode & 0o7777,
  runtimeUid: statSync(runtime).uid,
  words: process.argv.slice(2),
};
refuse('late');
const awaited = process.env['WR_TEST_WAIT'];
while (awaited && !existsSync(awaited)) await new Promise((resolve) => setTimeout(resolve, 20));
createServer((socket) => socket.on('error', () => {}).end(JSON.stringify(about))).listen(
  option('--socket'),
  () => {
    writeSync(3, 'ready\n');
    closeSync(3);
  },
);
process.on('SIGTERM', () => process.exit(0));
