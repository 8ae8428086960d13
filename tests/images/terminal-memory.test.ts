import { spawn } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { bundleTerminal } from '../../buildroot-external/bundle.ts';
import { CutLine } from '../helpers/cut-line.ts';
import { repository } from '../helpers/program.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { Server } from '../helpers/server.ts';
import { shared } from './root/shared.ts';

/** Of the goal of 120, with a session after pages, when it is quiet. It needs 65 here. */
const RESIDENT_MAX_MB = 100;
const PATIENCE_MS = 60_000;
const MODULES = ['sharp', '@img', 'detect-libc', 'semver'];

test('the terminal of the image is small again once its session is back', async (t) => {
  t.timeout(5 * PATIENCE_MS);
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(scratchFolder());
  const bundle = join(path, 'bundle');
  await bundleTerminal(bundle);
  for (const module of MODULES)
    cpSync(join(repository, 'node_modules', module), join(bundle, 'node_modules', module), {
      recursive: true,
    });
  const server = await Server.start({ size: '1920x1080' });
  stack.defer(() => server.stop());
  const line = stack.use(await CutLine.open(server.address));
  const flags = shared('etc/init.d/terminal').match(/--\S+(?= .*\/opt\/wayray\/\$program\.js)/g);
  const options = ['--display', 'headless', '--size', '1920x1080', '--reader', 'none'];
  options.push('--server', line.address, '--pin', server.fingerprint);
  options.push('--state-dir', join(path, 'state'), '--until', '3600');
  const env = { ...process.env, HOME: path, WAYRAY_ADDONS: join(repository, 'native/build') };
  const args = [...(flags ?? []), join(bundle, 'wrclient.js'), ...options];
  const terminal = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  stack.defer(() => {
    terminal.kill('SIGKILL');
  });
  let said = '';
  terminal.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const until = async (what: string, isSo: () => boolean) => {
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (!isSo()) {
      if (terminal.exitCode !== null || performance.now() > deadlineMs)
        throw new Error(
          `${what}, exit code ${terminal.exitCode}; it said last: ${said.slice(-2000)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const attached = () => said.split('session attached').length - 1;
  await until('no session', () => attached() === 1);
  const { pid } = server.program.process;
  if (pid === undefined) throw new Error('no server');
  process.kill(pid, 'SIGSTOP');
  line.tear();
  await until('no page', () => /page shown/.test(said));
  process.kill(pid, 'SIGCONT');
  await until('no session again', () => attached() >= 2);
  let least = Number.POSITIVE_INFINITY;
  await until('it keeps too much', () => {
    least = Math.min(least, residentMb(terminal.pid ?? 0));
    return least <= RESIDENT_MAX_MB;
  }).catch(() => {});
  t.true(least <= RESIDENT_MAX_MB, `${least} MB are resident`);
});

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000;
