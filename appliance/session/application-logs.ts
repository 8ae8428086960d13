import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../../protocol/node/log.ts';
import { ApplicationOutput } from './application-output.ts';

/** Where what applications print goes: one file for all of them, or in a folder a file for each name. */
export class ApplicationLogs {
  readonly #path: string | null;
  readonly #log: Logger;
  readonly #outputs = new Map<string, ApplicationOutput>();

  /**
   * @param path a file, or a folder where it ends in /; null: our own output
   * @throws Error for a file that cannot be used; without its folder a session can do
   */
  constructor(path: string | null, log: Logger) {
    this.#path = path;
    this.#log = log;
    if (path !== null && !path.endsWith('/')) this.#open(path);
  }

  /** Descriptor for the output of an application. @param name of few, and fit for a file's name */
  outputOf(name: string): number | 'inherit' {
    if (this.#path === null) return 'inherit';
    const isFolder = this.#path.endsWith('/');
    const path = isFolder ? join(this.#path, `${name}.log`) : this.#path;
    try {
      if (isFolder) mkdirSync(this.#path, { recursive: true, mode: 0o700 });
      return (this.#outputs.get(path) ?? this.#open(path)).fd;
    } catch (error) {
      const reason = (error as Error).message;
      this.#log.warn({ reason, application: name }, 'an application has no log of its own');
      return 'inherit';
    }
  }

  [Symbol.dispose](): void {
    for (const output of this.#outputs.values()) output[Symbol.dispose]();
    this.#outputs.clear();
  }

  #open(path: string): ApplicationOutput {
    const output = new ApplicationOutput(path);
    this.#outputs.set(path, output);
    return output;
  }
}
