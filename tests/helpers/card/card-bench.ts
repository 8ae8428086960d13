import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually } from '../eventually.ts';
import { type Scratch, scratchFolder } from '../scratch.ts';
import type { CardCommand, CardReport, CardSpec } from './spec.ts';

const DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const READY_TIMEOUT_MS = 20_000;
/** The driver sends a length and then the rest: without this each command waits 40 ms for an acknowledgement. */
const QUICK = ['127.0.0.0/8', '127.0.0.1']
  .map((to) => `ip route replace local ${to} dev lo src 127.0.0.1 table local quickack 1`)
  .join(' && ');

/** Names that pcscd gives to the two slots. */
export const READERS = ['Virtual PCD 00 00', 'Virtual PCD 00 01'] as const;

/** Null when a card bench can be had here, a reason to skip the test otherwise. */
export function whyNoCardBench(): string | null {
  if (process.getuid?.() !== 0) return 'namespaces for a card reader need root';
  if (!existsSync(DRIVER))
    return 'the driver of virtual readers (vsmartcard-vpcd) is not installed';
  const { status } = spawnSync('unshare', ['--net', '--mount', 'ip', 'link', 'set', 'lo', 'up']);
  return status === 0 ? null : 'namespaces are not allowed here';
}

/**
 * A pcscd with two virtual readers of its own, and a hand that takes cards in and out. The readers' driver listens on
 * all addresses: it has a network namespace to itself, so that many benches stand side by side and nobody else comes in.
 */
export class CardBench {
  readonly #scratch: Scratch = scratchFolder();
  readonly #cards: ChildProcess;
  readonly #reports: CardReport[] = [];
  #waiting: (() => void)[] = [];
  #pcscd: ChildProcess | null = null;

  private constructor() {
    const { path } = this.#scratch;
    mkdirSync(join(path, 'run'));
    mkdirSync(join(path, 'readers'));
    writeFileSync(
      join(path, 'readers/vpcd'),
      `FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH ${DRIVER}\nCHANNELID 0x8C7B\n`,
    );
    const main = fileURLToPath(new URL('card-process.ts', import.meta.url));
    const shell = `ip link set lo up && ${QUICK} && exec '${process.execPath}' '${main}'`;
    this.#cards = spawn('unshare', ['--net', 'sh', '-c', shell], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...this.env },
    });
    createInterface({ input: this.#cards.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      this.#reports.push(JSON.parse(line) as CardReport);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** @param options.pcscd false for a bench whose pcscd comes later, with startPcscd() */
  static async start(options: { pcscd?: boolean } = {}): Promise<CardBench> {
    const bench = new CardBench();
    try {
      await bench.#reported((report) => report.did === 'ready', 0);
      if (options.pcscd !== false) await bench.startPcscd();
      return bench;
    } catch (error) {
      await bench[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where a client finds this pcscd. */
  get env(): { PCSCLITE_CSOCK_NAME: string } {
    return { PCSCLITE_CSOCK_NAME: join(this.#scratch.path, 'run/pcscd.comm') };
  }

  async startPcscd(): Promise<void> {
    const { path } = this.#scratch;
    const mount = `mkdir -p /run/pcscd && mount --bind '${path}/run' /run/pcscd`;
    const run = `exec pcscd --foreground --error --config '${path}/readers'`;
    const net = `--net=/proc/${this.#cards.pid}/ns/net`;
    const args = [
      '--pdeathsig',
      'KILL',
      'nsenter',
      net,
      'unshare',
      '--mount',
      'sh',
      '-c',
      `${mount} && ${run}`,
    ];
    this.#pcscd = spawn('setpriv', args, { stdio: 'ignore' });
    await eventually(() => {
      if (!existsSync(this.env.PCSCLITE_CSOCK_NAME)) throw new Error('pcscd did not start');
    }, READY_TIMEOUT_MS);
  }

  /** @param signal SIGKILL leaves its socket behind, as a crash does */
  async stopPcscd(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#pcscd;
    this.#pcscd = null;
    await end(child, signal);
    // pcscd refuses to start beside the leavings of one that was killed.
    for (const left of ['pcscd.pid', 'pcscd.comm'])
      rmSync(join(this.#scratch.path, 'run', left), { force: true });
  }

  /** Resolves when the reader has given the card power; with the time, on the monotonic clock in µs. */
  async insert(card: CardSpec, slot: 0 | 1 = 0): Promise<number> {
    const from = this.#reports.length;
    this.#send({ do: 'insert', slot, card, unseen: false });
    const report = await this.#reported((one) => one.did === 'powered' && one.slot === slot, from);
    return report.did === 'powered' ? report.atUs : 0;
  }

  /** Another card in the place of the one that lies there, faster than this kind of reader can see. */
  async swapUnseen(card: CardSpec, slot: 0 | 1 = 0): Promise<void> {
    const from = this.#reports.length;
    this.#send({ do: 'insert', slot, card, unseen: true });
    await this.#reported((one) => one.did === 'removed' && one.slot === slot, from);
  }

  /** Resolves when the card is out, with the time; the reader notices within about 400 ms. */
  async remove(slot: 0 | 1 = 0): Promise<number> {
    const from = this.#reports.length;
    this.#send({ do: 'remove', slot });
    const report = await this.#reported((one) => one.did === 'removed' && one.slot === slot, from);
    return report.did === 'removed' ? report.atUs : 0;
  }

  /** Takes the card out, if any; resolves when the reader knows that it is gone. */
  async clear(slot: 0 | 1 = 0): Promise<void> {
    const from = this.#reports.length;
    this.#send({ do: 'clear', slot });
    await this.#reported((one) => one.did === 'cleared' && one.slot === slot, from);
  }

  /** First four bytes of the commands that cards have got so far, as hexadecimal digits. */
  get commands(): string[] {
    return this.#reports.flatMap((report) => (report.did === 'apdu' ? [report.header] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopPcscd();
    await end(this.#cards, 'SIGKILL');
    this.#scratch[Symbol.dispose]();
  }

  #send(command: CardCommand): void {
    this.#cards.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  async #reported(is: (report: CardReport) => boolean, from: number): Promise<CardReport> {
    const deadlineMs = performance.now() + READY_TIMEOUT_MS;
    for (;;) {
      const found = this.#reports.slice(from).find(is);
      if (found) return found;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) throw new Error('the virtual reader did not react');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}

async function end(child: ChildProcess | null, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await ended;
  clearTimeout(force);
}
