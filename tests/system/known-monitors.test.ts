import test, { type ExecutionContext } from 'ava';
import { DISPLAY_DEFAULTS } from '../../firmware/config/display.ts';
import { INPUT_DEFAULTS } from '../../firmware/config/input.ts';
import { KmsDisplay } from '../../firmware/display/kms-display.ts';
import type { Input } from '../../firmware/input/input-sender.ts';
import type { Seat } from '../../firmware/input/seat.ts';
import { Terminal } from '../../firmware/terminal.ts';
import type { Connector } from '../../native/drm/index.ts';
import { type Identity, loadOrCreateIdentity } from '../../protocol/node/identity.ts';
import { openLog } from '../../protocol/node/log.ts';
import { connectTls } from '../../protocol/node/tls-client.ts';
import { connector, edid, FakeCards } from '../firmware/display/fake-card.ts';
import { eventually } from '../helpers/eventually.ts';
import { BUTTON } from '../helpers/held-terminal.ts';
import { keyPress } from '../helpers/keys.ts';
import { Server } from '../helpers/server.ts';

const PAGE = 0x304010;
const FOOT = 'foot -o colors.background=304010 -o pad=0x0 --window-size-pixels=400x300';
const PATIENCE_MS = 20_000;

const LEFT = { width: 1000, height: 700, serial: 1 };
const RIGHT = { width: 1200, height: 900, serial: 2 };
type Monitor = typeof LEFT;

const plugged = (socket: number, { width, height, serial }: Monitor): Connector => ({
  ...connector(socket, width, height),
  edid: edid(serial),
});

/** A terminal with a graphics card whose monitors say who they are; it remembers them in a file. */
class Desk {
  readonly cards = new FakeCards();
  readonly display: KmsDisplay;
  readonly #terminal: Terminal;

  constructor(server: Server, identity: Identity, sockets: readonly Connector[]) {
    this.cards.connectors = [...sockets];
    const log = openLog({ name: 'wrclient', level: 'silent', readable: false });
    const seat = { devices: [], setOutputs: () => {}, setLeds: () => {}, openDevice: () => null };
    this.display = new KmsDisplay({
      ...{ size: { width: 1280, height: 800 }, scale: null, display: DISPLAY_DEFAULTS },
      ...{ input: INPUT_DEFAULTS, log, cards: this.cards, memory: server.file('monitors.json') },
      events: {
        input: () => {},
        releaseAll: () => {},
        resized: () => this.#terminal.resized(),
        closed: () => {},
      },
      openSeat: () => ({ ...seat, [Symbol.dispose]: () => {} }) as unknown as Seat,
    });
    const [host = '', port] = server.address.split(':');
    const { fingerprint: pin } = server;
    this.#terminal = new Terminal({
      connect: () => connectTls({ host, port: Number(port), pin, identity }),
      ...{ display: this.display, name: 'test', fingerprint: identity.fingerprint, log },
      keyboard: { rules: '', model: '', layout: '', variant: '', options: '' },
      ...{ readers: [], endless: true, onPresented: () => {}, onSettled: () => {} },
      ...{ onShowing: () => {}, onGivenUp: () => {} },
    });
    this.#terminal.start();
  }

  /** Monitors are in other sockets now. */
  plug(...sockets: Connector[]): void {
    this.cards.connectors = sockets;
    this.cards.changed();
  }

  input(...inputs: Input[]): void {
    for (const input of inputs) this.#terminal.input(input);
  }

  point(socket: number, x: number, y: number): void {
    const at = { output: socket, x: x * 256, y: y * 256 };
    this.input({ type: 'PointerMotion', ...at }, { type: 'PointerFrame' });
  }

  /** Resolves once that monitor shows the window around this point. */
  shows({ width }: Monitor, x: number, y: number): Promise<void> {
    return eventually(() => {
      const head = this.cards.heads.find(({ mode }) => mode.width === width);
      const seen = head?.at(x, y);
      if (seen !== PAGE) throw new Error(`${width} wide: ${seen?.toString(16)} at ${x},${y}`);
    }, PATIENCE_MS);
  }

  get places(): (readonly [serial: number, x: number])[] {
    return this.display.outputs.map(({ widthPx, x }) => [widthPx === LEFT.width ? 1 : 2, x]);
  }

  end(): void {
    this.#terminal.end();
    this.display.close();
  }
}

async function openDesk(
  t: ExecutionContext,
  server: Server,
  ...sockets: Connector[]
): Promise<Desk> {
  const identity = await loadOrCreateIdentity(server.file('terminal-identity'), {
    algorithm: 'ed25519',
    name: 'WayRay terminal test',
  });
  const desk = new Desk(server, identity, sockets);
  t.teardown(() => desk.end());
  return desk;
}

test.serial(
  'monitors known by their EDID keep their places and windows in any socket',
  async (t) => {
    const server = await Server.start({ exec: FOOT, size: '1000x700' });
    t.teardown(() => server.stop());
    const inRow = [
      [1, 0],
      [2, 1000],
    ] as const;
    const first = await openDesk(t, server, plugged(1, LEFT), plugged(2, RIGHT));
    await first.shows(LEFT, 500, 450);
    t.deepEqual(first.places, [...inRow]);
    const { code } = keyPress('Alt');
    first.point(1, 500, 450);
    first.input({ type: 'Key', code, pressed: true });
    first.input(
      { type: 'PointerButton', code: BUTTON.left, pressed: true },
      { type: 'PointerFrame' },
    );
    for (const x of [600, 700, 800]) first.point(2, x, 600);
    first.input(
      { type: 'PointerButton', code: BUTTON.left, pressed: false },
      { type: 'PointerFrame' },
    );
    first.input({ type: 'Key', code, pressed: false });
    await first.shows(RIGHT, 800, 600);

    first.plug(plugged(1, RIGHT), plugged(2, LEFT));
    await first.shows(RIGHT, 800, 600);
    t.deepEqual(first.places, [...inRow]);
    first.plug(plugged(2, LEFT));
    await eventually(() => {
      const [head, ...others] = first.cards.heads;
      if (others.length > 0) throw new Error('the other one is on');
      const shown = [0, 1, 2, 3, 4].some((step) => head?.at(300 + step * 100, 400) === PAGE);
      if (!shown) throw new Error('the window is not on the one that is left');
    }, PATIENCE_MS);
    first.plug(plugged(2, LEFT), plugged(3, RIGHT));
    await first.shows(RIGHT, 800, 600);
    t.deepEqual(first.places, [...inRow]);
    first.end();

    // The terminal begins anew, with its cables crossed.
    const second = await openDesk(t, server, plugged(1, RIGHT), plugged(2, LEFT));
    await second.shows(RIGHT, 800, 600);
    t.deepEqual(second.places, [...inRow]);
  },
);
