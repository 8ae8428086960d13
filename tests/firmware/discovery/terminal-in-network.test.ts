import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  avahiService,
  dnsmasqLines,
  type ServerPlace,
  vendorOption,
} from '../../../appliance/broker/records/records.ts';
import { eventually } from '../../helpers/eventually.ts';
import { Program, repository } from '../../helpers/program.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { bareCable, type Cable, cable, inNetwork, run, SERVER, TERMINAL } from './cable.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const withDnsmasq = has('dnsmasq') && has('busybox') ? inNetwork : test.serial.skip;
const withAvahi = has('avahi-daemon') ? inNetwork : test.serial.skip;

/** Folders of the terminal's machine, which the test may write into at any time. */
const MOUNTS = [
  'mount -t sysfs none /sys',
  'mount -t tmpfs none /run',
  'mkdir -p /run/wayray/dhcp /run/avahi-daemon',
  'mount --bind "$0/dhcp" /run/wayray/dhcp',
  'mount --bind "$0/resolv.conf" /etc/resolv.conf',
  '[ ! -d /etc/avahi/services ] || mount --bind "$0/avahi" /etc/avahi/services',
  'exec "$@"',
].join(' && ');

/** A wrsrvd at one end of a cable and, at the other, what a terminal has of a machine. */
class Site {
  readonly #t: ExecutionContext;
  readonly #scratch = scratchFolder();
  readonly #cable: Cable;
  fingerprint = '';

  constructor(t: ExecutionContext, ends: Cable) {
    this.#t = t;
    this.#cable = ends;
    for (const folder of ['dhcp', 'avahi', 'home']) mkdirSync(this.file(folder));
    writeFileSync(this.file('resolv.conf'), '');
    t.teardown(() => this.#scratch[Symbol.dispose]());
  }

  file(name: string): string {
    return join(this.#scratch.path, name);
  }

  get place(): ServerPlace {
    return { host: SERVER, port: 7600, fingerprint: this.fingerprint };
  }

  server(words: string): string {
    return run(this.#cable.server, words);
  }

  terminal(words: string): string {
    return run(this.#cable.terminal, words);
  }

  /** @param state another one is another server */
  async startServer(state = 'server'): Promise<Program> {
    const args = ['--single-user', '--listen', `${SERVER}:7600`, '--size', '320x200'];
    args.push('--state-dir', this.file(state), '--exec', 'sleep infinity');
    const env = { ...process.env, XDG_RUNTIME_DIR: '', HOME: this.file('home') };
    const program = new Program('appliance/broker/main.js', args, env, this.#cable.server);
    this.#t.teardown(() => program.stop());
    this.fingerprint = (await program.says(/"fingerprint":"([0-9a-f]{64})"/))[1] ?? '';
    return program;
  }

  /** @param until how wrclient ends by itself */
  startTerminal(until: string): Program {
    const args = ['--display', 'headless', '--size', '320x200', '--reader', 'none'];
    args.push('--state-dir', this.file('terminal'), '--until', until);
    args.push('--terminal-file', this.file('terminal.toml'));
    const program = new Program('firmware/main.js', args, process.env, this.#inMachine());
    this.#t.teardown(() => program.stop('SIGKILL'));
    return program;
  }

  /** Something that runs on the terminal's machine, or on the server's with the same folders. */
  spawn(where: 'server' | 'terminal', ...words: string[]): ChildProcess {
    const [program = '', ...rest] = [...this.#inMachine(where), ...words];
    const child = spawn(program, rest, { stdio: 'ignore' });
    this.#t.teardown(() => child.kill('SIGKILL'));
    return child;
  }

  #inMachine(where: 'server' | 'terminal' = 'terminal'): string[] {
    const mounts = ['unshare', '--mount', 'sh', '-ec', MOUNTS, this.#scratch.path];
    return [...this.#cable[where], ...mounts];
  }
}

/** The terminal has shown the session. */
async function finds(t: ExecutionContext, terminal: Program, origin: string): Promise<void> {
  const { status, stderr } = await terminal.ended;
  t.is(status, 0, stderr);
  t.regex(stderr, new RegExp(`"origin":"${origin}",[^}]*"msg":"server answers"`));
}

inNetwork('a server is found in what a DHCP client left', async (t) => {
  const site = new Site(t, await cable(t));
  await site.startServer();
  const opt43 = vendorOption(site.place).toString('hex');
  writeFileSync(site.file('dhcp/cable.env'), `opt43=${opt43}\nopt60=\ndomain=\nsearch=\n`);
  await finds(t, site.startTerminal('first-frame'), 'dhcp');
});

withDnsmasq(
  'a lease from dnsmasq, by the lines that wrsrvd prints, leads to the server',
  async (t) => {
    const site = new Site(t, await bareCable(t));
    site.server(`ip address add ${SERVER}/24 dev cable`);
    await site.startServer();
    // Without a lease there is nothing to be reached at.
    const terminal = site.startTerminal('first-frame');
    await terminal.says(/"page":"noAddress","screenCode":"WR-30"/, 'stderr');
    leaseFrom(site, [dnsmasqLines(site.place)]);
    await finds(t, terminal, 'dhcp');
    t.regex(site.terminal('ip -4 -brief address show cable'), /10\.67\.0\.[56]\d/);
  },
);

withDnsmasq('so do its sub-options one by one, though dnsmasq turns them around', async (t) => {
  const site = new Site(t, await bareCable(t));
  site.server(`ip address add ${SERVER}/24 dev cable`);
  await site.startServer();
  const pin = site.fingerprint.replace(/..(?=.)/g, '$&:');
  leaseFrom(site, [
    'dhcp-vendorclass=set:wayray,wayray-1',
    `dhcp-option=tag:wayray,encap:43,1,"${SERVER}:7600"`,
    `dhcp-option=tag:wayray,encap:43,2,${pin}`,
  ]);
  await finds(t, site.startTerminal('first-frame'), 'dhcp');
});

withDnsmasq('SRV and TXT records of a name server lead to the server', async (t) => {
  const site = new Site(t, await cable(t));
  await site.startServer();
  const lines = [
    `host-record=desks.example.org,${SERVER}`,
    'srv-host=_wayray._tcp.example.org,desks.example.org,7600,10,10',
    `txt-record=_wayray._tcp.example.org,v=wayray-1,sha256=${site.fingerprint},host=desks.example.org`,
  ];
  writeFileSync(site.file('dnsmasq.conf'), `${lines.join('\n')}\n`);
  site.spawn('server', ...dnsmasq(site));
  writeFileSync(site.file('resolv.conf'), `nameserver ${SERVER}\nsearch example.org\n`);
  await finds(t, site.startTerminal('first-frame'), 'dns');
});

/** Has a DHCP server at one end of the cable and, at the other, the client of the terminal's image. */
function leaseFrom(site: Site, lines: readonly string[]): void {
  const all = [...lines, 'dhcp-range=10.67.0.50,10.67.0.60,1h', 'dhcp-authoritative', ''];
  writeFileSync(site.file('dnsmasq.conf'), all.join('\n'));
  site.spawn('server', ...dnsmasq(site));
  const script = join(repository, 'images/root/files/usr/share/udhcpc/default.script');
  const ask = ['-f', '-q', '-i', 'cable', '-s', script, '-t', '10', '-T', '1', '-V', 'wayray-1'];
  site.spawn('terminal', 'busybox', 'udhcpc', ...ask, '-O', '43', '-O', '60', '-O', 'search');
}

const dnsmasq = (site: Site): string[] => [
  ...['dnsmasq', '--keep-in-foreground', `--conf-file=${site.file('dnsmasq.conf')}`, '--no-hosts'],
  ...['--no-resolv', '--user=root', '--group=root', '--pid-file', '--interface=cable'],
  ...['--bind-interfaces', `--dhcp-leasefile=${site.file('leases')}`],
];

withAvahi('Avahi announces the server by the file that wrsrvd prints', async (t) => {
  const site = new Site(t, await cable(t));
  await site.startServer();
  writeFileSync(site.file('avahi/wayray.service'), avahiService(site.place));
  const lines = ['[server]', 'host-name=desks', 'use-ipv6=no', 'enable-dbus=no'];
  writeFileSync(site.file('avahi.conf'), `${lines.join('\n')}\n`);
  const words = [
    '--no-drop-root',
    '--no-chroot',
    '--no-rlimits',
    '--file',
    site.file('avahi.conf'),
  ];
  site.spawn('server', 'avahi-daemon', ...words);
  await finds(t, site.startTerminal('first-frame'), 'mdns');
});

inNetwork('no cable, no address, no server: each has its page, and goes by itself', async (t) => {
  const site = new Site(t, await bareCable(t));
  site.server('ip link set cable down');
  const terminal = site.startTerminal('60');
  await terminal.says(/"page":"noNetwork","screenCode":"WR-29"/, 'stderr');
  site.server('ip link set cable up');
  await terminal.says(/"page":"noAddress"/, 'stderr');
  site.terminal(`ip address add ${TERMINAL}/24 dev cable`);
  site.server(`ip address add ${SERVER}/24 dev cable`);
  await terminal.says(/"page":"serverNotFound","screenCode":"WR-31"/, 'stderr');
  writeFileSync(site.file('terminal.toml'), `server = "${SERVER}"\n`);
  await terminal.says(/"page":"noServer"/, 'stderr');
  await site.startServer();
  await terminal.says(/"msg":"session attached"/, 'stderr');
  site.server('ip link set cable down');
  await terminal.says(/"page":"disconnected".*"page":"noNetwork"/s, 'stderr');
  site.server('ip link set cable up');
  await eventually(() => {
    const times = terminal.stderr.match(/"msg":"session attached"/g)?.length;
    if (times !== 2) throw new Error(terminal.stderr);
  }, 20_000);
  t.pass();
});

inNetwork(
  'another server at the address of the one before is refused until that is back',
  async (t) => {
    const site = new Site(t, await cable(t));
    const right = await site.startServer();
    writeFileSync(site.file('terminal.toml'), `server = "${SERVER}"\n`);
    const terminal = site.startTerminal('60');
    await terminal.says(/"msg":"session attached"/, 'stderr');
    await right.stop();
    const wrong = await site.startServer('other');
    await terminal.says(/"page":"wrongServer","screenCode":"WR-24"/, 'stderr');
    await wrong.stop();
    await site.startServer();
    await eventually(() => {
      const times = terminal.stderr.match(/"msg":"session attached"/g)?.length;
      if (times !== 2) throw new Error(terminal.stderr);
    }, 20_000);
    t.true(terminal.running);
  },
);
