import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SoftwareToken } from '../../../firmware/card/software-token.ts';
import { findAccount } from '../../../native/process/index.ts';
import { House } from '../../helpers/house.ts';
import { repository } from '../../helpers/program.ts';
import { engineFlags } from '../host/engine-flags.ts';
import { nativeProgram } from '../host/native-programs.ts';
import { processTree } from '../host/process-tree.ts';
import type { Scene } from '../host/workload.ts';
import { Viewer } from '../peers/viewer.ts';
import type { DenseProduct, DenseSession, DensitySite } from './product.ts';

const POLICY = '[policy]\nunlock = ["card-key", "password"]\n';
/** Of the session's user. */
const SCRIPT = 'bench-application';
const START_MS = 20_000;
const COMPOSITOR = 'appliance/session/main.js';

/** wrsessd and one wrsrvd for all, a wrcomp for each session; each person has a token and a terminal. */
export const wayray: DenseProduct = {
  name: 'wayray',
  // Memory is given back up to 20 s after the last input, canvases a minute after the viewer has gone.
  settleSeconds: 30,
  restSeconds: 80,
  async start(site, scenes) {
    const house = await House.open({ exec: `exec sh "$HOME/${SCRIPT}"`, config: POLICY });
    try {
      const sessions: WayraySession[] = [];
      for (const [i, scene] of scenes.entries())
        sessions.push(await WayraySession.prepare(site, house, scene, i));
      return {
        sessions,
        sharedPids: () => sharedPids(house),
        async stop() {
          for (const session of sessions) await session.detach();
          await house.close();
        },
      };
    } catch (error) {
      await house.close();
      throw error;
    }
  },
};

class WayraySession implements DenseSession {
  readonly workloadLog: string;
  readonly #site: DensitySite;
  readonly #house: House;
  readonly #uid: number;
  readonly #number: number;
  #viewer: Viewer | null = null;

  static async prepare(
    site: DensitySite,
    house: House,
    scenes: readonly Scene[],
    number: number,
  ): Promise<WayraySession> {
    const user = house.users.add(`d${number}`);
    const account = findAccount(user);
    if (!account) throw new Error(`no account of ${user}`);
    const workloadLog = join(account.home, 'workload.log');
    const words = [
      nativeProgram('workload'),
      'wayland',
      scenes.join(','),
      String(number),
      workloadLog,
    ];
    writeFileSync(join(account.home, SCRIPT), `exec ${words.join(' ')}\n`);
    const session = new WayraySession(site, house, workloadLog, account.uid, number);
    await house.register(session.#token().id, user);
    return session;
  }

  private constructor(
    site: DensitySite,
    house: House,
    workloadLog: string,
    uid: number,
    number: number,
  ) {
    this.workloadLog = workloadLog;
    this.#site = site;
    this.#house = house;
    this.#uid = uid;
    this.#number = number;
  }

  serverPids(): number[] {
    return this.#pids().filter(isCompositor);
  }

  applicationPids(): number[] {
    return this.#pids().filter((pid) => !isCompositor(pid));
  }

  async attach(display: string): Promise<void> {
    const { processes, directory } = this.#site;
    const { address, fingerprint } = this.#house;
    const state = join(directory, `terminal-${this.#number}`);
    this.#viewer = new Viewer(processes, {
      name: `wrclient-${this.#number}`,
      command: process.execPath,
      args: [
        ...[...engineFlags, join(repository, 'firmware/main.js')],
        ...['--server', address, '--pin', fingerprint, '--name', `terminal-${this.#number}`],
        ...['--display', 'window', '--size', '1920x1080', '--state-dir', state],
        ...['--reader', 'none', '--software-token', this.#tokenFile],
      ],
      env: {
        HOME: directory,
        DISPLAY: display,
        WAYLAND_DISPLAY: '',
        SDL_VIDEODRIVER: 'x11',
      },
    });
    this.#viewer.connect();
    await this.#started();
  }

  async detach(): Promise<void> {
    await this.#viewer?.disconnect();
    this.#viewer = null;
  }

  get #tokenFile(): string {
    return join(this.#site.directory, `token-${this.#number}`);
  }

  #token(): SoftwareToken {
    return new SoftwareToken({ file: this.#tokenFile, nowUs: () => 0 });
  }

  #pids(): number[] {
    return processTree(this.#house.sessd.program.process.pid ?? 0).filter(
      (pid) => uidOf(pid) === this.#uid,
    );
  }

  /** The first time a token comes its session is started. */
  async #started(): Promise<void> {
    const deadlineMs = performance.now() + START_MS;
    while (this.serverPids().length === 0) {
      if (performance.now() > deadlineMs)
        throw new Error(`no session ${this.#number}: ${this.#house.server.stderr.slice(-2000)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Without sessions and what runs in them; a login screen nobody asked for would count. */
function sharedPids({ server, sessd, users }: House): number[] {
  const persons = new Set(users.names.map((name) => findAccount(name)?.uid));
  return [server, sessd.program]
    .flatMap(({ process: { pid = 0 } }) => processTree(pid))
    .filter((pid) => !persons.has(uidOf(pid)));
}

function isCompositor(pid: number): boolean {
  return readOrNothing(`/proc/${pid}/cmdline`).includes(COMPOSITOR);
}

function uidOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readOrNothing(`/proc/${pid}/status`))?.[1] ?? -1);
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
