import { mkdirSync, writeFileSync } from 'node:fs';
import { connect as connectNet, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { Channel } from '../../protocol/channel.ts';
import { decodeControl, encodeControl, Role } from '../../protocol/generated/control.ts';
import { ALPN } from '../../protocol/node/alpn.ts';
import { loadOrCreateIdentity } from '../../protocol/node/identity.ts';
import { connectTls as connectLink } from '../../protocol/node/tls-client.ts';
import { PROTOCOL_MAJOR } from '../../protocol/version.ts';
import { type Ended, Program } from '../helpers/program.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { Server } from '../helpers/server.ts';
import { runTerminal, screenshot } from '../helpers/terminal.ts';

/** What stands out on standard error: everything but the log, and nothing of a stack. */
function wordsOf(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
}

function endsWith(t: ExecutionContext, ended: Ended, status: number, line: RegExp): void {
  t.is(ended.status, status, ended.stderr);
  t.is(wordsOf(ended.stderr).length, 1, ended.stderr);
  t.regex(wordsOf(ended.stderr)[0] ?? '', line);
}

/** Runs a wrsrvd that is not expected to live. */
async function runServer(t: ExecutionContext, ...args: string[]): Promise<Ended> {
  const scratch = scratchFolder();
  const defaults = ['--single-user', '--listen', '127.0.0.1:0', '--listen-browser', '127.0.0.1:0'];
  const env = { ...process.env, XDG_RUNTIME_DIR: '', HOME: scratch.path };
  const program = new Program(
    'appliance/broker/main.js',
    [...defaults, '--state-dir', join(scratch.path, 's'), '--exec', 'sleep infinity', ...args],
    env,
  );
  t.teardown(async () => {
    await program.stop();
    scratch[Symbol.dispose]();
  });
  return program.ended;
}

const slips: readonly [string, readonly string[], number, RegExp][] = [
  ['an unknown option', ['--sise', '1x1'], 2, /unknown option '--sise'.*allowed options: .*--size/],
  ['an impossible size', ['--size', '0x9'], 2, /WIDTHxHEIGHT/],
  ['a command that does not exist', ['--exec', 'no-such-program'], 2, /no program no-such-program/],
  ['an empty command', ['--exec', ' '], 2, /the command is empty/],
  ['a fingerprint of the wrong length', ['--allow-terminal', 'abc'], 2, /64 hex digits/],
  ['a directory below a file', ['--state-dir', '/etc/passwd/x'], 78, /--state-dir: .*ENOTDIR/],
  ['a directory in /proc', ['--state-dir', '/proc/wayray'], 78, /--state-dir: .*cannot be written/],
  ['a directory of everybody', ['--state-dir', '/tmp'], 78, /--state-dir: \/tmp is open to others/],
  ['a path too long', ['--state-dir', `/tmp/${'x'.repeat(120)}`], 78, /path too long/],
  ['an address of somebody else', ['--listen', '192.0.2.1:0'], 1, /cannot listen on 192.0.2.1/],
  ['a Wayland name with a slash', ['--wayland-display', 'no/such/folder'], 1, /Wayland socket/],
];
for (const [what, args, status, line] of slips) {
  test(`wrsrvd refuses ${what} with one line`, async (t) => {
    endsWith(t, await runServer(t, ...args), status, line);
  });
}

const configSlips: readonly [string, readonly string[], number, RegExp][] = [
  ['a missing file', ['--config', '/nowhere.toml'], 78, /\/nowhere\.toml: cannot be read: ENOENT/],
  ['options of the other mode', ['--exec', 'foot'], 2, /--exec goes with --single-user/],
  ['both modes at once', ['--single-user', '--config', '/x'], 2, /--config does not go with/],
  ['an unknown command', ['config', 'chekc'], 2, /allowed: wrsrvd config check/],
];
for (const [what, args, status, line] of configSlips) {
  test(`wrsrvd for many people refuses ${what} with one line`, async (t) => {
    const { ended } = new Program('appliance/broker/main.js', args);
    endsWith(t, await ended, status, line);
  });
}

test('a port in use is named', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  t.teardown(() => taken.close());
  const { port } = taken.address() as { port: number };
  endsWith(t, await runServer(t, '--listen', `127.0.0.1:${port}`), 1, /the port is in use/);
});

test('a damaged list of terminals is named', async (t) => {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  mkdirSync(join(scratch.path, 'd'), { mode: 0o700 });
  writeFileSync(join(scratch.path, 'd', 'terminals.json'), '{');
  const ended = await runServer(t, '--state-dir', join(scratch.path, 'd'));
  endsWith(t, ended, 78, /terminals\.json: is not JSON/);
});

const terminalSlips: readonly [string, readonly string[], number, RegExp][] = [
  ['a fingerprint of no server', ['--pin', 'a'.repeat(64)], 2, /--server/],
  ['an unknown option', ['--server', 'a:1', '--pim', 'x'], 2, /unknown option '--pim'/],
  ['an unknown display', ['--server', 'a:1', '--display', 'tv'], 2, /headless, kms, window/],
  ['a script that is missing', ['--server', 'a:1', '--input', '/nowhere'], 2, /--input \/nowhere/],
  ['statistics nowhere', ['--server', 'a:1', '--stats', '/proc/x/y'], 1, /--stats \/proc\/x\/y/],
  ['a state directory in /proc', ['--server', 'a:1', '--state-dir', '/proc/x'], 78, /\/proc\/x/],
];
for (const [what, args, status, line] of terminalSlips) {
  test(`wrclient refuses ${what} with one line`, async (t) => {
    const scratch = scratchFolder();
    t.teardown(() => scratch[Symbol.dispose]());
    const defaults = ['--display', 'headless', '--state-dir', join(scratch.path, 't')];
    const { ended } = new Program('firmware/main.js', [...defaults, ...args]);
    endsWith(t, await ended, status, line);
  });
}

test('wrong input from outside disturbs no running session', async (t) => {
  const server = await Server.start({ size: '320x200' });
  t.teardown(() => server.stop());
  const before = await screenshot(server, { size: '320x200' });

  await t.notThrowsAsync(() => secondServer(t, server));
  await wrongFingerprint(t, server);
  await wrongVersion(t, server);
  await garbage(server, (port) => connectNet(port, '127.0.0.1'));
  await garbage(server, (port) =>
    connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: [ALPN] }),
  );
  await hangUps(t, server);

  const after = await screenshot(server, { size: '320x200' });
  t.deepEqual(after.pixels, before.pixels);
  t.true(server.program.running);
  t.deepEqual(wordsOf(server.program.stderr), []);
});

async function secondServer(t: ExecutionContext, server: Server): Promise<void> {
  const ended = await runServer(t, '--state-dir', server.stateDir);
  endsWith(t, ended, 1, /another wrsrvd runs with this state directory/);
}

async function wrongFingerprint(t: ExecutionContext, server: Server): Promise<void> {
  const ended = await runTerminal(server, { arguments: ['--pin', '0'.repeat(64)] });
  endsWith(t, ended, 1, new RegExp(`has fingerprint ${server.fingerprint}, expected 0{64}`));
}

async function identityOf(server: Server) {
  return loadOrCreateIdentity(server.file('stranger'), { algorithm: 'ed25519', name: 'test' });
}

function placeOf(server: Server): { host: string; port: number } {
  const [host = '', port = ''] = server.address.split(':');
  return { host, port: Number(port) };
}

const HELLO = {
  type: 'Hello',
  major: PROTOCOL_MAJOR,
  minor: 0,
  role: Role.terminal,
  software: 'test',
  capabilities: [],
  terminalName: 'test',
  outputs: [],
  keyboard: { rules: '', model: '', layout: '', variant: '', options: '' },
  credential: '',
} as const;

async function wrongVersion(t: ExecutionContext, server: Server): Promise<void> {
  const link = await connectLink({ ...placeOf(server), identity: await identityOf(server) });
  const answer = new Promise<Uint8Array>((resolve) => link.controlStream.onMessage(resolve));
  link.controlStream.send(encodeControl({ ...HELLO, major: PROTOCOL_MAJOR + 6 }));
  const refuse = decodeControl(await answer);
  if (refuse.type !== 'Refuse') return t.fail(refuse.type);
  t.is(refuse.serverMajor, PROTOCOL_MAJOR);
  t.is(refuse.peerMajor, PROTOCOL_MAJOR + 6);
  t.regex(refuse.message, new RegExp(`${PROTOCOL_MAJOR}\\.\\d+.*${PROTOCOL_MAJOR + 6}\\.0`));
}

/** Every kind of bytes that is no link; resolves when the server has hung up on all of them. */
async function garbage(server: Server, dial: (port: number) => Socket): Promise<void> {
  const { port } = placeOf(server);
  const texts = ['GET / HTTP/1.1\r\n\r\n', '\0'.repeat(5000), `${'\xff'.repeat(64)}`, 'WRLK'];
  await Promise.all(
    texts.map(async (text) => {
      const socket = dial(port);
      socket.on('error', () => {});
      socket.resume();
      socket.end(Buffer.from(text, 'latin1'));
      await new Promise((resolve) => socket.once('close', resolve));
    }),
  );
}

/** Hangs up after each byte of what a good terminal sends first, and after each step of the greeting. */
async function hangUps(t: ExecutionContext, server: Server): Promise<void> {
  const { port, host } = placeOf(server);
  const identity = await identityOf(server);
  const preamble = Buffer.concat([Buffer.from('WRLK\x01\0\0', 'latin1'), Buffer.alloc(30, 7)]);
  for (let bytes = 0; bytes <= preamble.length; bytes += 6) {
    const socket = connectTls({
      port,
      host,
      key: identity.keyPem,
      cert: identity.certPem,
      rejectUnauthorized: false,
      ALPNProtocols: [ALPN],
    });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    socket.on('error', () => {});
    await new Promise((resolve) => socket.write(preamble.subarray(0, bytes), resolve));
    socket.destroy();
  }
  for (const channels of [[], [Channel.input], [Channel.input, Channel.display]]) {
    const link = await connectLink({ port, host, identity });
    link.controlStream.send(encodeControl(HELLO));
    await Promise.all(channels.map((channel) => link.openBidi(channel)));
    link.close(0, 'gone');
  }
  t.true(server.program.running);
}

test('a half-open connection is ended by the server and costs nobody else anything', async (t) => {
  const server = await Server.start({ size: '320x200' });
  t.teardown(() => server.stop());
  const silent = connectNet(placeOf(server).port, '127.0.0.1');
  t.teardown(() => silent.destroy());
  const ended = new Promise((resolve) => silent.once('close', resolve));
  silent.on('error', () => {});
  silent.resume();
  t.is((await runTerminal(server)).status, 0);
  await t.notThrowsAsync(ended);
});

test('secrets stay out of the logs, ids are in them', async (t) => {
  const server = await Server.start({ size: '320x200', arguments: ['--log-level', 'trace'] });
  t.teardown(() => server.stop());
  const code = new URL(server.browserUrl).searchParams.get('code') as string;
  await runTerminal(server);
  await fetchIgnoringCertificate(server.browserUrl);
  const logs = server.program.stderr + server.sessionLog;
  t.false(logs.includes(code), 'the one-time code');
  t.notRegex(logs, /PRIVATE KEY|__Host|credential":"(?!\[secret\])/);
  t.regex(logs, /"connection":"[0-9a-f]{8}"/);
  t.regex(logs, /"terminal":"[0-9a-f]{16}"/);
  t.regex(logs, /"session":"main"/);
});

async function fetchIgnoringCertificate(url: string): Promise<void> {
  const { request } = await import('node:https');
  await new Promise<void>((resolve, reject) => {
    const asked = request(url, { rejectUnauthorized: false }, (answer) => {
      answer.resume().once('end', resolve);
    });
    asked.once('error', reject).end();
  });
}
