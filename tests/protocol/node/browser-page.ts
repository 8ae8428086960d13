// The package's types for browsers are hidden behind an export condition that type checks for Node do not take.
import * as webtransport from '@fails-components/webtransport';
import { Channel } from '../../../protocol/channel.ts';
import type { Link, LinkStream } from '../../../protocol/link/link.ts';
import type { WebSession } from '../../../protocol/link/webtransport.ts';
import { connectBrowser } from '../../../protocol/link/webtransport-browser.ts';

const { WebTransportPonyfill } = webtransport as unknown as {
  WebTransportPonyfill: new (url: string, options: object) => WebSession;
};

/** Runs within Chromium: what the test asks for through `page.evaluate`. */

interface Page {
  connect(): Promise<void>;
  echoMs(count: number): Promise<number>;
  units(count: number): Promise<{ count: number; bytes: number; sums: number }>;
  early(): Promise<string>;
  close(): Promise<void>;
  closed(): Promise<{ code: number; reason: string }>;
}

let link: Link;
let control: LinkStream;
const unitsSeen: Uint8Array[] = [];
let unitSeen: () => void = () => {};

const page: Page = {
  async connect() {
    const client = await connectBrowser({
      host: location.host,
      // A server whose UDP port nobody answers: the fallback must take over.
      http3: { port: 9, certificateHashes: ['00'.repeat(32)] },
      native: (globalThis as { WebTransport?: new (url: string) => WebSession }).WebTransport,
      fallback: WebTransportPonyfill,
    });
    link = client;
    control = client.controlStream;
    link.onUni((_channel, unit) => {
      unitsSeen.push(unit);
      unitSeen();
    });
  },
  async echoMs(count) {
    let answered: () => void = () => {};
    control.onMessage(() => answered());
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      const startMs = performance.now();
      await new Promise<void>((resolve) => {
        answered = resolve;
        control.send(Uint8Array.of(i & 0xff, 1, 2, 3));
      });
      times.push(performance.now() - startMs);
    }
    return times.sort((a, b) => a - b)[Math.floor(count / 2)] as number;
  },
  async units(count) {
    await link.openBidi(Channel.display);
    await new Promise<void>((resolve) => {
      unitSeen = () => unitsSeen.length >= count && resolve();
      unitSeen();
    });
    const bytes = unitsSeen.reduce((sum, unit) => sum + unit.length, 0);
    const sums = unitsSeen.reduce((sum, unit) => sum + (unit[0] as number), 0);
    return { count: unitsSeen.length, bytes, sums };
  },
  async early() {
    const stream = await link.openBidi(Channel.input);
    return new Promise((resolve) => stream.onMessage((m) => resolve(new TextDecoder().decode(m))));
  },
  async close() {
    link.close(0, 'the tab was closed');
  },
  closed: () =>
    new Promise((resolve) => link.onClose(({ code, reason }) => resolve({ code, reason }))),
};

(globalThis as unknown as { wayray: Page }).wayray = page;
