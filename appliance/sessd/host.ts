import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Audit } from './audit.ts';
import type { ShutdownAction } from './wire/broker-messages.ts';

/** Program and arguments for what the administrator allows; nothing else can be asked for. */
export type ShutdownCommands = Readonly<Partial<Record<ShutdownAction, readonly string[]>>>;

export interface HostRequest {
  readonly id: string;
  readonly terminal: string;
  readonly action: ShutdownAction;
}

/** The machine itself. */
export class Host {
  readonly #commands: ShutdownCommands;
  readonly #audit: Audit;

  constructor(commands: ShutdownCommands, audit: Audit) {
    this.#commands = commands;
    this.#audit = audit;
  }

  get allowed(): ShutdownAction[] {
    return Object.keys(this.#commands) as ShutdownAction[];
  }

  /** Starts the command. @returns null, or why it was not started */
  async shutDown({ id, terminal, action }: HostRequest): Promise<string | null> {
    const [program, ...args] = this.#commands[action] ?? [];
    const refusal =
      program === undefined ? `${action} is not allowed here` : await started(program, args);
    const event = refusal === null ? 'host-shutdown' : 'host-shutdown-refused';
    const reason = refusal === null ? action : refusal;
    this.#audit.record({ event, id, terminal, reason });
    return refusal;
  }
}

/** Not waited for: it may end us before it ends itself. */
async function started(program: string, args: readonly string[]): Promise<string | null> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], detached: true });
  try {
    await once(child, 'spawn');
    child.unref();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
