import { Compositor } from '../../../appliance/compositor/compositor.ts';
import { RenderLoop } from '../../../appliance/session/render-loop.ts';
import { SessionServer } from '../../../appliance/session/session-server.ts';
import { createSocketPair } from '../../../native/wayland/index.ts';
import { Channel } from '../../../protocol/channel.ts';
import { decodeFrameUnit } from '../../../protocol/frame-unit.ts';
import {
  type Attach,
  type ControlMessage,
  decodeControl,
  encodeControl,
  type OutputInfo,
  Role,
} from '../../../protocol/generated/control.ts';
import { encodeDisplay } from '../../../protocol/generated/display.ts';
import type { ClientLink } from '../../../protocol/link/connector.ts';
import type { LinkStream } from '../../../protocol/link/link.ts';
import { MemoryListener } from '../../../protocol/link/memory.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { eventually } from '../../helpers/eventually.ts';
import { WireClient, type WireObject } from '../compositor/wire-client.ts';

export const SCREEN: OutputInfo = {
  id: 0,
  name: 'TEST-1',
  make: 'none',
  model: 'none',
  widthPx: 320,
  heightPx: 200,
  widthMm: 0,
  heightMm: 0,
  scale120: 120,
  refreshMhz: 60_000,
  x: 0,
  y: 0,
  transform: 0,
};

export const ATTACH: Attach = {
  type: 'Attach',
  view: 0,
  rttUs: 0,
  terminalId: 'test',
  connectionId: 'c',
  role: Role.terminal,
  capabilities: [],
  outputs: [SCREEN],
  keyboard: { rules: '', model: '', layout: '', variant: '', options: '' },
};

/** A session in this process, and the broker's end of its links. */
export class SessionRig {
  readonly compositor: Compositor;
  readonly server: SessionServer;
  readonly attachedChanges: boolean[] = [];
  readonly shutdowns: string[] = [];
  readonly #listener: MemoryListener;
  readonly #clients: WireClient[] = [];

  constructor() {
    const log = openLog({ name: 'test', level: 'silent', readable: false });
    this.compositor = new Compositor({ log, size: { width: 320, height: 200 } });
    this.server = new SessionServer({
      onCanvasesGone: () => {},
      session: 'main',
      waylandDisplay: 'none',
      compositor: this.compositor,
      ownKeyboard: false,
      films: 'auto',
      log,
      onShutdown: (reason) => this.shutdowns.push(reason),
      onAttached: (attached) => this.attachedChanges.push(attached),
    });
    new RenderLoop(this.compositor, () => this.server.tick());
    this.#listener = new MemoryListener({
      admission: false,
      onLink: (link) => this.server.accept(link),
    });
  }

  async connect(): Promise<Caller> {
    return new Caller(await this.#listener.connect());
  }

  /** A Wayland client with a window and every input device. */
  async openClient(): Promise<WireClient> {
    return (await this.openWindow()).wire;
  }

  async openWindow(): Promise<{ wire: WireClient; surface: WireObject }> {
    const [server, client] = createSocketPair();
    this.compositor.display.addClientFd(server);
    const wire = new WireClient(client);
    this.#clients.push(wire);
    await wire.roundtrip();
    const seat = wire.bind('wl_seat', 9);
    for (const device of ['get_keyboard', 'get_pointer', 'get_touch'])
      wire.request(seat, device, 'new');
    return { wire, surface: await openWindow(wire) };
  }

  [Symbol.dispose](): void {
    this.server[Symbol.dispose]();
    this.#listener.close();
    for (const client of this.#clients) client.destroy();
    this.compositor[Symbol.dispose]();
  }
}

/** A mapped window of 200x150, all white. */
export async function openWindow(wire: WireClient): Promise<WireObject> {
  const surface = wire.request(wire.bind('wl_compositor', 6), 'create_surface', 'new');
  const base = wire.bind('xdg_wm_base', 6);
  const xdgSurface = wire.request(base, 'get_xdg_surface', 'new', surface);
  wire.request(xdgSurface, 'get_toplevel', 'new');
  wire.request(surface, 'commit');
  await eventually(async () => {
    await wire.roundtrip();
    const configured = wire.take(xdgSurface).find(([name]) => name === 'configure');
    if (!configured) throw new Error('no configure');
    wire.request(xdgSurface, 'ack_configure', configured[1]);
  });
  const pixels = wire.bind('wp_single_pixel_buffer_manager_v1', 1);
  const buffer = wire.request(pixels, 'create_u32_rgba_buffer', 'new', 0, 0, 0, 0xffffffff);
  const viewport = wire.request(wire.bind('wp_viewporter', 1), 'get_viewport', 'new', surface);
  wire.request(viewport, 'set_destination', 200, 150);
  wire.request(surface, 'attach', buffer, 0, 0);
  wire.request(surface, 'commit');
  await wire.roundtrip();
  return surface;
}

/** The broker's end of one link to the session. */
export class Caller {
  readonly link: ClientLink;
  readonly heard: (ControlMessage | { type: 'unknown' })[] = [];
  readonly frames: Uint8Array[] = [];
  /** Acknowledges what comes, as a terminal does that shows everything at once. */
  acknowledging = false;
  #display: LinkStream | null = null;

  constructor(link: ClientLink) {
    this.link = link;
    link.controlStream.onMessage((bytes) => this.heard.push(decodeControl(bytes)));
    link.onUni((_channel, unit) => {
      this.frames.push(unit);
      const { frame, output } = decodeFrameUnit(unit).header;
      const ack = {
        type: 'FrameAck',
        frame,
        output,
        receivedUs: 0,
        presentedUs: 0,
        decodeUs: 0,
        view: 0,
      } as const;
      if (this.acknowledging) this.#display?.send(encodeDisplay(ack));
    });
  }

  say(message: ControlMessage): void {
    this.link.controlStream.send(encodeControl(message));
  }

  async attach(attach: Attach = ATTACH): Promise<{ input: LinkStream }> {
    this.say(attach);
    const [input, , display] = await Promise.all(
      [Channel.input, Channel.cursor, Channel.display].map((channel) =>
        this.link.openBidi(channel),
      ),
    );
    if (!input || !display) throw new Error('no channels');
    this.#display = display;
    return { input };
  }

  async hears(type: string): Promise<ControlMessage | { type: 'unknown' }> {
    return eventually(() => {
      const found = this.heard.find((message) => message.type === type);
      if (!found) throw new Error(`no ${type} among ${this.heard.map((one) => one.type)}`);
      return found;
    });
  }

  async firstFrame(): Promise<void> {
    await eventually(() => {
      if (this.frames.length === 0) throw new Error('no frame');
    });
  }

  async closed(): Promise<number> {
    return eventually(() => {
      if (!this.link.closed) throw new Error('the link is open');
      return this.link.closed.code;
    });
  }
}
