import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import test from 'ava';
import { Program } from '../helpers/program.ts';
import { Server } from '../helpers/server.ts';

const NOBODY = 65_534;
/** Tests that act as another user or make networks need root, as CI has it. */
const asRoot = process.getuid?.() === 0 ? test.serial : test.skip;

/** Runs a headless wrclient behind a prefix such as `ip netns exec`. */
function terminal(prefix: readonly string[], address: string, stateDir: string): Program {
  const args = ['--server', address, '--display', 'headless', '--state-dir', stateDir];
  return new Program('firmware/main.js', args, process.env, prefix);
}

const REFUSED =
  /this server does not know the terminal ([0-9a-f]{64}); allow it with wrsrvd --allow-terminal \1$/m;

asRoot('another user of this machine is refused, told why, and can be allowed', async (t) => {
  const server = await Server.start({ size: '320x200' });
  t.teardown(() => server.stop());
  const detour = await detourOfNobody(server.address);
  t.teardown(() => detour.close());
  const stateDir = server.file('other');
  const refused = await terminal([], detour.address, stateDir).ended;
  t.is(refused.status, 1, refused.stderr);
  const fingerprint = REFUSED.exec(refused.stderr)?.[1] ?? '';
  t.regex(fingerprint, /^[0-9a-f]{64}$/, refused.stderr);
  t.regex(server.program.stderr, new RegExp(`does not know the terminal ${fingerprint}`));
  await server.program.stop();

  const allowing = await Server.start({
    size: '320x200',
    scratch: { path: server.scratch.path, [Symbol.dispose]: () => {} },
    arguments: ['--allow-terminal', fingerprint],
  });
  t.teardown(() => allowing.stop());
  const again = await detourOfNobody(allowing.address);
  t.teardown(() => again.close());
  const allowed = await terminal([], again.address, stateDir).ended;
  t.is(allowed.status, 0, allowed.stderr);
});

/** Passes connections on from sockets that belong to another user: the kernel notes who makes a socket. */
async function detourOfNobody(to: string): Promise<{ address: string; close(): void }> {
  const [host = '', port = ''] = to.split(':');
  const server = createServer((near) => {
    process.seteuid?.(NOBODY);
    const far = connect(Number(port), host);
    for (const outcome of ['connect', 'error']) far.once(outcome, () => process.seteuid?.(0));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port: own } = server.address() as { port: number };
  return { address: `127.0.0.1:${own}`, close: () => void server.close() };
}

asRoot(
  'of terminals from the network the first is remembered and the second refused',
  async (t) => {
    const net = network();
    t.teardown(() => net.remove());
    const server = await Server.start({
      size: '320x200',
      arguments: ['--listen', `${net.here}:0`],
    });
    t.teardown(() => server.stop());
    const [first, second] = [server.file('first'), server.file('second')];
    const enter = (stateDir: string) => terminal(net.inside, server.address, stateDir).ended;
    t.is((await enter(first)).status, 0);
    const known = JSON.parse(readFileSync(`${server.stateDir}/terminals.json`, 'utf8')) as string[];
    t.is(known.length, 1);
    const refused = await enter(second);
    t.is(refused.status, 1);
    t.regex(refused.stderr, REFUSED);
    t.is((await enter(first)).status, 0);
  },
);

/** A machine of its own behind a cable: a network namespace and a pair of interfaces. */
function network(): { here: string; inside: readonly string[]; remove(): void } {
  const id = process.pid % 250;
  const name = `wr${process.pid}`;
  const [here, there] = [`10.213.${id}.1`, `10.213.${id}.2`];
  const ip = (...args: string[]) => {
    const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
  };
  ip('netns', 'add', name);
  ip('link', 'add', `${name}a`, 'type', 'veth', 'peer', 'name', `${name}b`, 'netns', name);
  ip('address', 'add', `${here}/24`, 'dev', `${name}a`);
  ip('link', 'set', `${name}a`, 'up');
  ip('-n', name, 'address', 'add', `${there}/24`, 'dev', `${name}b`);
  ip('-n', name, 'link', 'set', `${name}b`, 'up');
  return {
    here,
    inside: ['ip', 'netns', 'exec', name],
    remove: () => {
      ip('link', 'delete', `${name}a`);
      ip('netns', 'delete', name);
    },
  };
}
