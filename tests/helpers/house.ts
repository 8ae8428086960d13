import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningSession } from '../../appliance/broker/sessd/client.ts';
import { findAccount } from '../../native/process/index.ts';
import { createIdentity } from '../../protocol/node/certificate.ts';
import {
  MODULE,
  type Rig,
  type RigOptions,
  Rig as SessdRig,
  Users,
} from '../appliance/sessd/rig.ts';
import { HeldTerminal, type HeldTerminalOptions } from './held-terminal.ts';
import { Program } from './program.ts';

export interface HouseOptions {
  /** What wrsrvd.toml says besides addresses and folders. */
  readonly config?: string;
  /** Shell command of each session's first application; null: what session.toml says. */
  readonly exec?: string | null;
  /** host:port for terminals; any port of the loopback if absent. */
  readonly listen?: string;
  readonly sessd?: RigOptions;
}

const CARD_SERVICE = [
  `auth required ${MODULE}`,
  'auth required pam_permit.so',
  'account required pam_unix.so',
];

/** A server for many people with all its processes: wrsessd, wrsrvd, terminals. As root only. */
export class House {
  readonly users = new Users();
  readonly sessd: Rig;
  server!: Program;
  readonly #config: string;
  readonly #terminals: HeldTerminal[] = [];
  address = '';
  fingerprint = '';

  static async open(options: HouseOptions = {}): Promise<House> {
    const house = new House(options);
    try {
      await house.sessd.start();
      await house.startServer();
      return house;
    } catch (error) {
      await house.close();
      throw error;
    }
  }

  private constructor({
    config = '',
    exec = 'foot',
    listen = '127.0.0.1:0',
    sessd = {},
  }: HouseOptions) {
    this.greeterUser = this.users.add('g');
    this.sessd = new SessdRig({
      ...sessd,
      real: true,
      args: [
        ...(exec === null ? [] : ['--exec', exec]),
        ...['--greeter-user', this.greeterUser, ...(sessd.args ?? [])],
      ],
      services: { 'wayray-card': CARD_SERVICE.join('\n'), ...sessd.services },
    });
    this.#config = this.file('wrsrvd.toml');
    mkdirSync(this.file('conf.d'));
    const broker = findAccount('nobody');
    for (const folder of ['state', 'rund', 'home']) {
      mkdirSync(this.file(folder), { mode: folder === 'rund' ? 0o711 : 0o700 });
      if (broker) chownSync(this.file(folder), broker.uid, broker.gid);
    }
    writeFileSync(
      join(this.file('conf.d'), 'test.toml'),
      [
        `listen = "${listen}"`,
        `state-dir = "${this.file('state')}"`,
        `run-dir = "${this.file('rund')}"`,
        `wrsessd-socket = "${this.sessd.socket}"`,
        `admin.socket = "${this.file('rund/admin.sock')}"`,
        `greeter.user = "${this.greeterUser}"`,
        'terminals.admission = "auto"',
      ].join('\n'),
    );
    writeFileSync(this.#config, config);
  }

  readonly greeterUser: string;

  file(name: string): string {
    return join(this.sessd.folder.path, name);
  }

  async startServer(): Promise<void> {
    // As wrsrvd runs in earnest: without any right of its own.
    const prefix = ['setpriv', '--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups'];
    const args = ['--config', this.#config];
    const environment = { ...process.env, HOME: this.file('home') };
    this.server = new Program('appliance/broker/main.js', args, environment, prefix);
    this.address = (await this.server.says(/"address":"([^"]+)"/))[1] ?? '';
    this.fingerprint = (await this.server.says(/"fingerprint":"([0-9a-f]{64})"/))[1] ?? '';
    await this.server.says(/wrsessd is there/, 'stderr');
  }

  /** Without a chance to do anything first. */
  async killServer(): Promise<void> {
    await this.server.stop('SIGKILL');
  }

  /** A terminal of its own; two with one tokenFile have the same token, each when it is inserted there. */
  async terminal(name: string, options: Partial<HeldTerminalOptions> = {}): Promise<HeldTerminal> {
    const { address, fingerprint } = this;
    const identity = await createIdentity({ algorithm: 'ed25519', name });
    const describe = () => this.server.stderr.slice(-4000);
    const terminal = new HeldTerminal({
      ...{ address, fingerprint, identity, name, describe },
      ...options,
    });
    this.#terminals.push(terminal);
    return terminal;
  }

  /** Registers a software token for a user. */
  async register(tokenId: string, user: string): Promise<void> {
    await this.wradm('token', 'add', `software:${tokenId}`, user, '--key', `software=${tokenId}`);
  }

  /** Runs wradm as root. @returns what it prints as JSON. @throws Error when it fails */
  async wradm(...args: string[]): Promise<unknown> {
    const program = new Program('appliance/admin/main.js', [
      '--json',
      ...['--socket', this.file('rund/admin.sock')],
      ...args,
    ]);
    const { status, stdout, stderr } = await program.ended;
    if (status !== 0) throw new Error(`wradm ended with ${status}: ${stderr}`);
    return stdout.trim() === '' ? null : JSON.parse(stdout);
  }

  async sessions(): Promise<readonly { readonly id: string; readonly state: string }[]> {
    const listed = await this.wradm('session', 'list');
    return (listed as { sessions: { id: string; state: string }[] }).sessions;
  }

  /** What wrsessd says runs, greeters apart. */
  async running(): Promise<readonly RunningSession[]> {
    return (await this.#all()).filter(({ greeter }) => !greeter);
  }

  async greeters(): Promise<readonly RunningSession[]> {
    return (await this.#all()).filter(({ greeter }) => greeter);
  }

  async #all(): Promise<readonly RunningSession[]> {
    using client = await this.sessd.client();
    client.send({ type: 'sessions_requested' });
    return (await client.answer('sessions')).sessions;
  }

  async close(): Promise<void> {
    for (const terminal of this.#terminals) terminal.end();
    await this.server?.stop();
    await this.sessd[Symbol.asyncDispose]();
    this.users[Symbol.dispose]();
  }
}
