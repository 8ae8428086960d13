import type { Launch, OwnedProcess, Processes } from '../host/processes.ts';

/** A viewer program that is started for every connection. */
export class Viewer {
  readonly #processes: Processes;
  readonly #launch: Launch;
  #running: OwnedProcess | undefined;

  constructor(processes: Processes, launch: Launch) {
    this.#processes = processes;
    this.#launch = launch;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  connect(): void {
    this.#running = this.#processes.start(this.#launch);
  }

  async disconnect(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
  }
}
