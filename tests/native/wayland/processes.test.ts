import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import {
  type Client,
  createSealedFile,
  Display,
  FdConnection,
  FdSocket,
} from '../../../native/wayland/index.ts';
import {
  allInterfaces,
  type WlBuffer,
  type WlCallback,
  WlOutputMode,
  type WlSurface,
  wlCompositor,
  wlOutput,
  type XdgSurface,
  type XdgToplevel,
  XdgToplevelState,
  xdgWmBase,
} from '../../../protocol/wayland/generated/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'wayray-wl-'));
process.env['XDG_RUNTIME_DIR'] = folder;
test.after.always(() => rmSync(folder, { recursive: true }));

const running: ChildProcess[] = [];
test.afterEach.always(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function start(command: string, socket: string): ChildProcess {
  const child = spawn(command, [], {
    env: { ...process.env, WAYLAND_DISPLAY: socket },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.push(child);
  return child;
}

/** Just enough of a compositor to let weston-simple-shm draw. */
class TinyCompositor {
  readonly display = new Display(allInterfaces);
  readonly callbacks: WlCallback[] = [];
  readonly titles: string[] = [];
  frames = 0;
  lastFormat = -1;
  onFrame: () => void = () => {};

  constructor() {
    this.display.initShm();
    this.display.createGlobal(wlCompositor, 6, (compositor) =>
      compositor.setHandler({
        createSurface: (surface) => this.#serveSurface(surface),
        createRegion: (region) => region.setHandler({ add() {}, subtract() {} }),
      }),
    );
    this.display.createGlobal(xdgWmBase, 6, (base) =>
      base.setHandler({
        createPositioner() {},
        pong() {},
        getXdgSurface: (xdgSurface) => this.#serveXdgSurface(xdgSurface),
      }),
    );
    this.display.onDispatched(() => {
      for (const callback of this.callbacks.splice(0)) callback.sendDone(performance.now());
    });
  }

  #serveSurface(surface: WlSurface): void {
    let attached: WlBuffer | null = null;
    const ignore = () => {};
    surface.setHandler({
      attach: (buffer) => {
        attached = buffer;
      },
      frame: (callback) => this.callbacks.push(callback),
      commit: () => {
        if (!attached) return;
        this.frames++;
        this.lastFormat = attached.shm?.format ?? -1;
        attached.sendRelease();
        attached = null;
        this.onFrame();
      },
      damage: ignore,
      damageBuffer: ignore,
      setOpaqueRegion: ignore,
      setInputRegion: ignore,
      setBufferTransform: ignore,
      setBufferScale: ignore,
      offset: ignore,
    });
  }

  #serveXdgSurface(xdgSurface: XdgSurface): void {
    const ignore = () => {};
    xdgSurface.setHandler({
      getToplevel: (toplevel) => {
        this.#serveToplevel(toplevel);
        toplevel.sendConfigure(0, 0, new Uint32Array([XdgToplevelState.activated]));
        xdgSurface.sendConfigure(this.display.nextSerial());
      },
      getPopup: ignore,
      setWindowGeometry: ignore,
      ackConfigure: ignore,
    });
  }

  #serveToplevel(toplevel: XdgToplevel): void {
    const ignore = () => {};
    toplevel.setHandler({
      setTitle: (title) => this.titles.push(title),
      setAppId: ignore,
      setParent: ignore,
      showWindowMenu: ignore,
      move: ignore,
      resize: ignore,
      setMaxSize: ignore,
      setMinSize: ignore,
      setMaximized: ignore,
      unsetMaximized: ignore,
      setFullscreen: ignore,
      unsetFullscreen: ignore,
      setMinimized: ignore,
    });
  }
}

test.serial('weston-simple-shm draws frame after frame and leaves nothing behind', async (t) => {
  const compositor = new TinyCompositor();
  const socket = compositor.display.addSocket();
  t.regex(socket, /^wayland-\d+$/);
  const clients: Client[] = [];
  compositor.display.onClientCreated((client) => clients.push(client));
  const drawn = new Promise<void>((done) => {
    compositor.onFrame = () => compositor.frames === 30 && done();
  });
  const child = start('weston-simple-shm', socket);
  await drawn;
  t.is(clients[0]?.pid, child.pid);
  t.is(clients[0]?.uid, process.getuid?.());
  t.deepEqual(compositor.titles, ['simple-shm']);
  t.is(compositor.lastFormat, 1);
  const gone = new Promise<void>((done) => clients[0]?.onDestroy(done));
  child.kill('SIGKILL');
  await gone;
  compositor.display.destroy();
  t.deepEqual(readdirSync(folder), []);
});

test.serial('weston-info understands the typed events', async (t) => {
  using display = new Display(allInterfaces);
  display.createGlobal(wlOutput, 4, (output) => {
    output.sendGeometry(5, 6, 300, 200, 0, 'WayRay', 'probe', 0);
    output.sendMode(WlOutputMode.current, 1280, 720, 60000);
    output.sendScale(2);
    output.sendDone();
  });
  const child = start('weston-info', display.addSocket('probe-0'));
  let text = '';
  child.stdout?.on('data', (part) => {
    text += part;
  });
  const [code] = await once(child, 'close');
  t.is(code, 0);
  t.regex(text, /make: 'WayRay', model: 'probe'/);
  t.regex(text, /width: 1280 px, height: 720 px, refresh: 60.000 Hz/);
});

test.serial('process.exit inside a handler leaves no socket behind', async (t) => {
  const session = new URL('session.ts', import.meta.url).href;
  const program = `
    const { Session } = await import(${JSON.stringify(session)});
    const session = new Session();
    session.handler = { newer: () => process.exit(3) };
    process.stdout.write(session.display.addSocket());
    const { client, id } = await session.connect();
    client.send(id, 5);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  running.push(child);
  const [name] = await once(child.stdout, 'data');
  t.regex(`${name}`, /^wayland-/);
  const [code] = await once(child, 'close');
  t.is(code, 3);
  t.deepEqual(readdirSync(folder), []);
});

test.serial('socket names are checked and a name in use is an error', (t) => {
  using display = new Display([]);
  t.is(display.addSocket('taken-0'), 'taken-0');
  t.throws(() => display.addSocket('taken-0'), { code: 'EADDRINUSE' });
  t.throws(() => display.addSocket('../elsewhere'), { instanceOf: TypeError });
  t.throws(() => display.addSocket('x'.repeat(200)));
  t.throws(() => new Display([]), { message: /a display already/ });
  t.throws(() => display.createGlobal('wl_nothing', 1, () => {}), { message: /not defined/ });
});

test.serial('a specification that makes no sense is refused by name', (t) => {
  const broken = (since: number) => [
    { name: 'wr_broken', version: 1, events: [], requests: [{ name: 'r', since, args: [] }] },
  ];
  t.throws(() => new Display(broken(2)), { message: /wr_broken: r: / });
  t.throws(() => new Display([...broken(1), ...broken(1)]), { message: /twice/ });
  new Display(broken(1)).destroy();
});

test.serial('FdSocket passes messages and descriptors both ways', async (t) => {
  using socket = new FdSocket(join(folder, 'control'));
  const received: string[] = [];
  socket.onMessage((data, fd, reply) => {
    received.push(`${data} ${fd !== null}`);
    reply(Buffer.from('pong'), fd ?? undefined);
    if (fd !== null) closeSync(fd);
  });
  const file = createSealedFile('passed', Buffer.from('x'));
  const answer = new Promise<[string, number | null]>((done) => {
    const connection = FdConnection.connect(socket.path, (data, fd) => {
      connection.close();
      done([data.toString(), fd]);
    });
    connection.send(Buffer.from('ping'), file);
  });
  const [text, fd] = await answer;
  t.is(text, 'pong');
  t.true(fd !== null);
  closeSync(fd ?? -1);
  closeSync(file);
  t.deepEqual(received, ['ping true']);
});
