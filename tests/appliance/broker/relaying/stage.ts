import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { type Relay, TerminalChannels } from '../../../../appliance/broker/relay.ts';
import { StreamQueue } from '../../../../appliance/broker/terminal.ts';
import { Channel } from '../../../../protocol/channel.ts';
import { ByeCode } from '../../../../protocol/generated/control.ts';
import type { AcceptorOptions } from '../../../../protocol/link/acceptor.ts';
import type { LinkTuning } from '../../../../protocol/link/limits.ts';
import type { Link, LinkClosed, ServerLink } from '../../../../protocol/link/link.ts';
import { ALPN } from '../../../../protocol/node/alpn.ts';
import { createIdentity } from '../../../../protocol/node/certificate.ts';
import { listenTls } from '../../../../protocol/node/tls-listener.ts';
import { connectUnix, listenUnix } from '../../../../protocol/node/unix.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';
import { dialLanes, type RawLanes, RawSession } from './raw-lane.ts';

interface Way {
  readonly dial: () => Socket;
  readonly listener: { close(): Promise<void> };
}

async function unixDoor(folder: string, options: AcceptorOptions): Promise<Way> {
  const listener = await listenUnix(join(folder, 't'), options);
  return { listener, dial: () => connect(listener.path) };
}

async function tlsDoor(options: AcceptorOptions): Promise<Way> {
  const [server, terminal] = await Promise.all([
    createIdentity({ algorithm: 'ecdsa-p256', name: 'server' }),
    createIdentity({ algorithm: 'ed25519', name: 'terminal' }),
  ]);
  const listener = await listenTls({ host: '127.0.0.1', port: 0, identity: server, ...options });
  const dial = (): Socket =>
    connectTls({
      host: '127.0.0.1',
      port: listener.port,
      cert: terminal.certPem,
      key: terminal.keyPem,
      rejectUnauthorized: false,
      ALPNProtocols: [ALPN],
    });
  return { listener, dial };
}

/** A broker between a terminal and a session of which a test says every byte. */
export class RelayStage implements AsyncDisposable {
  readonly terminal: RawLanes;
  readonly link: ServerLink;
  readonly channels: TerminalChannels;
  readonly session: RawSession;
  readonly #sessionPath: string;
  readonly #tuning: Partial<LinkTuning>;
  readonly #stop: () => Promise<void>;
  /** At rest no link looks whether its other end is still there: each is ended here. */
  readonly #links: Link[] = [];

  private constructor(
    parts: Pick<RelayStage, 'terminal' | 'link' | 'channels' | 'session'> & {
      readonly sessionPath: string;
      readonly tuning: Partial<LinkTuning>;
      readonly stop: () => Promise<void>;
    },
  ) {
    this.terminal = parts.terminal;
    this.link = parts.link;
    this.channels = parts.channels;
    this.session = parts.session;
    this.#sessionPath = parts.sessionPath;
    this.#tuning = parts.tuning;
    this.#stop = parts.stop;
  }

  /** @param overTls the terminal's link, whose other end is Node's */
  static async open(
    native: boolean,
    tuning: Partial<LinkTuning> = {},
    overTls = false,
  ): Promise<RelayStage> {
    const scratch = scratchFolder();
    const linked = Promise.withResolvers<ServerLink>();
    const options = { admission: false, onLink: linked.resolve, tuning };
    const { dial, listener } = await (overTls ? tlsDoor(options) : unixDoor(scratch.path, options));
    const sessionPath = join(scratch.path, 's');
    const session = new RawSession(sessionPath);
    await once(session.server, 'listening');
    const terminal = dialLanes(dial);
    const link = await linked.promise;
    const streams = new StreamQueue();
    const three = Promise.withResolvers<void>();
    let open = 0;
    link.onBidi((stream) => {
      if (stream.channel === Channel.control) return;
      streams.put(stream);
      if (++open === 3) three.resolve();
    });
    await three.promise;
    const channels = new TerminalChannels({ link, streams, send: () => {} }, native);
    const stop = async (): Promise<void> => {
      for (const lanes of [terminal, session.lanes])
        for (const { socket } of lanes.values()) socket.destroy();
      session.server.close();
      await listener.close();
      scratch[Symbol.dispose]();
    };
    return new RelayStage({ terminal, link, channels, session, sessionPath, tuning, stop });
  }

  /** Shows the session from here on. */
  async show(view: number, onFirst: (() => void) | null = null): Promise<Shown> {
    this.session.lanes = new Map();
    const relay = this.channels.expect(view);
    const link = await connectUnix(this.#sessionPath, this.#tuning);
    this.#links.push(link);
    relay.connect(link, onFirst);
    return { relay, link, lanes: await this.session.opened() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const link of [this.link, ...this.#links]) link.close(ByeCode.normal, 'the test ends');
    await this.#stop();
  }
}

export interface Shown {
  readonly relay: Relay;
  readonly link: Link;
  readonly lanes: RawLanes;
}

export const ended = (link: Link): Promise<LinkClosed> =>
  new Promise((resolve) => link.onClose(resolve));
