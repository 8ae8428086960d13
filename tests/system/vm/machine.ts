import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { VmImage } from '../../../images/vm/build.ts';
import { Monitor } from './monitor.ts';
import { Qmp } from './qmp.ts';

/** Emulated without KVM on a busy machine, everything takes its time. */
const START_MS = 30_000;
const END_MS = 5_000;
const QMP_SOCKET = 'qmp.sock';
const KERNEL_LINE = 'console=ttyS0 quiet panic=-1 mitigations=off';

export interface MachineOptions {
  readonly image: VmImage;
  /** For sockets, the serial console's log and pictures. */
  readonly folder: string;
  /** More words on the kernel's command line. */
  readonly append?: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly outputs?: number;
}

/** A terminal in QEMU: virtio graphics, keyboard, tablet and network, all of it emulated. */
export class Machine {
  readonly qmp: Qmp;
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #watchers = new Set<() => void>();
  #console: string;
  #ended = false;

  private constructor(process: ChildProcess, qmp: Qmp, folder: string, early: string) {
    this.#process = process;
    this.qmp = qmp;
    this.#folder = folder;
    this.#console = early;
    const log = createWriteStream(join(folder, 'console.log'));
    log.write(early);
    process.stdout?.on('data', (chunk: Buffer) => {
      log.write(chunk);
      this.#console += chunk.toString('latin1');
      for (const watch of this.#watchers) watch();
    });
    process.on('exit', () => {
      this.#ended = true;
      for (const watch of this.#watchers) watch();
    });
  }

  /** @throws Error with QEMU's own words when it does not start */
  static async start(options: MachineOptions): Promise<Machine> {
    const socket = join(options.folder, QMP_SOCKET);
    const child = spawn('qemu-system-x86_64', qemuArguments(options, socket), {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    let early = '';
    const keep = (chunk: Buffer) => {
      early += chunk.toString('latin1');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-2000);
    });
    const failed = once(child, 'exit').then(([status]) => {
      throw new Error(`qemu ended with ${status}: ${errors}`);
    });
    failed.catch(() => {});
    try {
      const qmp = await Promise.race([Qmp.connect(socket, START_MS), failed]);
      child.stdout.off('data', keep);
      return new Machine(child, qmp, options.folder, early);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** What the guest wrote on its serial console so far. */
  get console(): string {
    return this.#console;
  }

  /** Waits for the guest to write this. @throws Error with the end of the console */
  async says(pattern: RegExp, timeoutMs: number): Promise<RegExpMatchArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpMatchArray>();
    const give = (why: string) =>
      reject(new Error(`${why} before ${pattern}; console: …${this.#console.slice(-2000)}`));
    const look = () => {
      const found = this.#console.match(pattern);
      if (found) resolve(found);
      else if (this.#ended) give('the machine ended');
    };
    const timer = setTimeout(() => give(`${timeoutMs} ms passed`), timeoutMs);
    this.#watchers.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(look);
    }
  }

  /** To change it. */
  monitor(): Promise<Monitor> {
    return Monitor.plug(`${join(this.#folder, QMP_SOCKET)}.vnc`);
  }

  /** A picture of the guest's screen. @param head which of its monitors @returns the PNG's path */
  async screendump(name: string, head = 0): Promise<string> {
    const filename = join(this.#folder, `${name}.png`);
    await this.qmp.execute('screendump', { filename, format: 'png', device: 'video0', head });
    return filename;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.qmp[Symbol.dispose]();
    if (this.#ended) return;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), END_MS);
    await once(this.#process, 'exit');
    clearTimeout(timer);
  }
}

function qemuArguments(
  { image, append = '', size = { width: 1280, height: 720 }, outputs = 1 }: MachineOptions,
  socket: string,
): string[] {
  const line = `${KERNEL_LINE} ${append}`.trim();
  return [
    ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '1024', '-M', 'pc'],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-serial', 'stdio'],
    ...['-kernel', image.vmlinux, '-initrd', image.initramfs, '-append', line],
    ...['-drive', `file=${image.root},format=raw,if=virtio,readonly=on`],
    '-device',
    `virtio-vga,id=video0,xres=${size.width},yres=${size.height},max_outputs=${outputs}`,
    ...['-device', 'virtio-keyboard-pci', '-device', 'virtio-tablet-pci'],
    ...['-device', 'qemu-xhci', '-device', 'usb-ccid,id=ccid0'],
    ...['-netdev', 'user,id=n0', '-device', 'virtio-net-pci,netdev=n0,id=net0'],
    ...['-vnc', `unix:${socket}.vnc`],
    ...['-qmp', `unix:${socket},server=on,wait=off`],
  ];
}
