import type { HidBus, HidDevice, HidListener, HidPort } from '../../../firmware/card/hid-bus.ts';

/** HID devices in the test's hands. */
export class HandBus implements HidBus {
  readonly plugged = new Map<string, HidDevice>();
  readonly listeners = new Map<string, HidListener>();
  readonly asked: string[] = [];
  answer = '';
  opens = 0;
  refusal: Error | null = null;
  /** The one that is refused; all of them by default. */
  refused: string | null = null;

  plug(path: string, name = 'Reader', usagePage = 0xff00): void {
    this.plugged.set(`${path} ${usagePage}`, { path, name, usagePage });
  }

  unplug(path: string): void {
    for (const key of [...this.plugged.keys()])
      if (key.startsWith(`${path} `)) this.plugged.delete(key);
    this.listeners.get(path)?.lost('unplugged');
    this.listeners.delete(path);
  }

  report(path: string, hex: string): void {
    this.listeners.get(path)?.report(Buffer.from(hex, 'hex'));
  }

  async devices(): Promise<HidDevice[]> {
    return [...this.plugged.values()];
  }

  async open(path: string): Promise<HidPort> {
    if (this.refusal && (this.refused ?? path) === path) throw this.refusal;
    this.opens += 1;
    return {
      listen: (listener) => void this.listeners.set(path, listener),
      ask: async (reportId, bytes) => {
        this.asked.push(`${reportId}:${Buffer.from(bytes).toString('hex')}`);
        if (!this.plugged.size) throw new Error('unplugged');
        return Buffer.from(`00${this.answer}`, 'hex');
      },
      [Symbol.dispose]: () => void this.listeners.delete(path),
    };
  }
}
