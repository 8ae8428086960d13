import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SOURCE = join(import.meta.dirname, 'driver.c');
const VIEWPORTER = '/usr/share/wayland-protocols/stable/viewporter/viewporter.xml';

/** Builds the client once per test file. @returns its path and what removes it */
export function buildDriver(): { path: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'wayland-driver-'));
  const path = join(folder, 'driver');
  const header = join(folder, 'viewporter-client.h');
  const code = join(folder, 'viewporter.c');
  execFileSync('wayland-scanner', ['client-header', VIEWPORTER, header]);
  execFileSync('wayland-scanner', ['private-code', VIEWPORTER, code]);
  execFileSync('cc', ['-Wall', '-I', folder, SOURCE, code, '-o', path, '-lwayland-client']);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A driver process: `run` sends requests and waits until the compositor has seen them. */
export class Driver {
  /** What the client was told, without its own syncs. */
  readonly events: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #waiting: { event: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  #over = false;
  #syncs = 0;

  constructor(path: string, waylandDisplay: string) {
    this.#child = spawn(path, [], {
      env: { ...process.env, WAYLAND_DISPLAY: waylandDisplay },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream });
    lines.on('line', (line) => this.#receive(line));
    this.#child.stdin?.on('error', () => {}); // the process may have gone on a protocol error
    this.#ended = new Promise((resolve) => this.#child.on('close', () => resolve(this.#end())));
  }

  /** @throws Error when the client ends before the compositor has answered */
  async run(...lines: readonly string[]): Promise<void> {
    const id = this.#syncs++ % 256;
    this.send(...lines, `sync ${id}`);
    await this.until(`synced ${id}`);
  }

  send(...lines: readonly string[]): void {
    this.#child.stdin?.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** Waits for an event and takes it and those before it away. */
  async until(event: string): Promise<void> {
    const at = this.events.indexOf(event);
    if (at >= 0) {
      this.events.splice(at, 1);
      return;
    }
    if (this.#over) throw new Error(`the client ended before "${event}"`);
    await new Promise<void>((resolve, reject) => this.#waiting.push({ event, resolve, reject }));
  }

  takeEvents(): string[] {
    return this.events.splice(0);
  }

  /** Waits for the end, which a protocol error brings. */
  ended(): Promise<void> {
    return this.#ended;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #receive(line: string): void {
    const index = this.#waiting.findIndex((waiter) => waiter.event === line);
    if (index < 0) this.events.push(line);
    else this.#waiting.splice(index, 1)[0]?.resolve();
  }

  #end(): void {
    this.#over = true;
    for (const { event, reject } of this.#waiting.splice(0))
      reject(new Error(`the client ended before "${event}": ${this.events.join(', ')}`));
  }
}
