import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from './program.ts';
import { type Scratch, scratchFolder } from './scratch.ts';

export interface ServerOptions {
  /** Shell command of the session's application; default: one that only waits. */
  readonly exec?: string;
  readonly size?: string;
  readonly arguments?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** host:port for terminals; default: a free port of the loopback. */
  readonly listen?: string;
  /** Command that runs it, e.g. `nsenter --net=FILE` */
  readonly prefix?: readonly string[];
  /** Of Node. */
  readonly flags?: readonly string[];
  /** Keep using the folder of another server, which must have ended. */
  readonly scratch?: Scratch;
}

/** A wrsrvd in single-user mode on a free port, with a state directory and home of its own. */
export class Server {
  readonly program: Program;
  readonly scratch: Scratch;
  address = '';
  fingerprint = '';
  browserUrl = '';

  static async start(options: ServerOptions = {}): Promise<Server> {
    const server = new Server(options);
    try {
      server.address = (await server.program.says(/"address":"([^"]+)"/))[1] ?? '';
      server.fingerprint = (await server.program.says(/"fingerprint":"([0-9a-f]{64})"/))[1] ?? '';
      server.browserUrl = (await server.program.says(/"url":"([^"]+)"/))[1] ?? '';
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  constructor(options: ServerOptions) {
    this.scratch = options.scratch ?? scratchFolder();
    const home = join(this.scratch.path, 'home');
    mkdirSync(home, { recursive: true });
    const { listen = '127.0.0.1:0' } = options;
    const args = ['--single-user', '--listen', listen, '--listen-browser', '127.0.0.1:0'];
    args.push('--state-dir', this.stateDir, '--exec', options.exec ?? 'sleep infinity');
    if (options.size) args.push('--size', options.size);
    this.program = new Program(
      'appliance/broker/main.js',
      [...args, ...(options.arguments ?? [])],
      {
        ...process.env,
        // Without one the session's own folder serves, so that nothing is left behind.
        XDG_RUNTIME_DIR: '',
        HOME: home,
        ...options.env,
      },
      options.prefix,
      options.flags,
    );
  }

  get stateDir(): string {
    return join(this.scratch.path, 's');
  }

  /** A file of the test in the server's scratch folder. */
  file(name: string): string {
    return join(this.scratch.path, name);
  }

  get sessionLog(): string {
    return readFileSync(join(this.stateDir, 'log', 'main.log'), 'utf8');
  }

  /** Process id of the session's compositor. */
  get sessionPid(): number {
    const started = [...this.program.stderr.matchAll(/"sessionPid":(\d+),"waylandDisplay"/g)].at(
      -1,
    );
    if (!started) throw new Error(`no session in: ${this.program.stderr}`);
    return Number(started[1]);
  }

  /** Ends the server with its session and removes what it left. */
  async stop(): Promise<void> {
    await this.program.stop();
    this.scratch[Symbol.dispose]();
  }
}
