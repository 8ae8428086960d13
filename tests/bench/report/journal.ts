import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NamedLink } from '../links.ts';
import type { Plan, Slice } from '../run.ts';
import type { Provenance } from './provenance.ts';

const results = fileURLToPath(new URL('../results', import.meta.url));

/** A run as its folder tells it: how it was begun, without functions. */
export interface Begun {
  readonly provenance: Provenance;
  /** Names, as the command line has them. */
  readonly peers: readonly string[];
  readonly cells: readonly string[];
  readonly links: readonly NamedLink[];
  readonly rounds: number;
  readonly secondsPerSlice: number;
  readonly moves: number;
  readonly unnamed?: NonNullable<Plan['unnamed']>;
  /** Version and encryption of each peer. */
  readonly products: Readonly<
    Record<string, { readonly version: string; readonly encryption: string }>
  >;
}

/** A run's folder: every slice is in it as soon as it was measured, so that a stopped run can go on. */
export class Journal {
  readonly directory: string;
  readonly begun: Begun;

  private constructor(directory: string, begun: Begun) {
    this.directory = directory;
    this.begun = begun;
  }

  /** Makes a folder for the run in the parent. */
  static begin(begun: Begun, parent = results): Journal {
    const time = begun.provenance.date.replaceAll(':', '').replace(/\..*/, '');
    const directory = join(parent, `${time}-${begun.provenance.commit.slice(0, 12)}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'plan.json'), `${JSON.stringify(begun, null, 1)}\n`);
    return new Journal(directory, begun);
  }

  /** @throws Error when the folder holds no run */
  static open(directory: string): Journal {
    const plan = join(directory, 'plan.json');
    if (!existsSync(plan))
      throw new Error(`${directory} holds no run: there is no plan.json in it`);
    const journal = new Journal(directory, JSON.parse(readFileSync(plan, 'utf8')));
    journal.#dropCutLine();
    return journal;
  }

  add(slice: Slice): void {
    appendFileSync(this.#slicesFile, `${JSON.stringify(slice)}\n`);
  }

  slices(): Slice[] {
    if (!existsSync(this.#slicesFile)) return [];
    const lines = readFileSync(this.#slicesFile, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  /** Who was stopped while writing a line left a part of it. */
  #dropCutLine(): void {
    if (!existsSync(this.#slicesFile)) return;
    const text = readFileSync(this.#slicesFile, 'utf8');
    if (!text.endsWith('\n'))
      writeFileSync(this.#slicesFile, text.slice(0, text.lastIndexOf('\n') + 1));
  }

  /** @returns the file's path */
  write(name: string, content: string): string {
    const file = join(this.directory, name);
    writeFileSync(file, content);
    return file;
  }

  get #slicesFile(): string {
    return join(this.directory, 'slices.ndjson');
  }
}
