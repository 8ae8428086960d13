import { once } from 'node:events';
import { join } from 'node:path';
import { type Relay, TerminalChannels } from '../../../../appliance/broker/relay.ts';
import { StreamQueue } from '../../../../appliance/broker/terminal.ts';
import { Channel } from '../../../../protocol/channel.ts';
import { ByeCode } from '../../../../protocol/generated/control.ts';
import type { LinkTuning } from '../../../../protocol/link/limits.ts';
import type { Link, LinkClosed, ServerLink } from '../../../../protocol/link/link.ts';
import { connectUnix, listenUnix } from '../../../../protocol/node/unix.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';
import { dialLanes, type RawLanes, RawSession } from './raw-lane.ts';

/** A broker between a terminal and a session of which a test says every byte. */
export class RelayStage implements AsyncDisposable {
  readonly terminal: RawLanes;
  readonly link: ServerLink;
  readonly channels: TerminalChannels;
  readonly session: RawSession;
  readonly #sessionPath: string;
  readonly #tuning: Partial<LinkTuning>;
  readonly #stop: () => Promise<void>;

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

  static async open(native: boolean, tuning: Partial<LinkTuning> = {}): Promise<RelayStage> {
    const scratch = scratchFolder();
    const linked = Promise.withResolvers<ServerLink>();
    const listener = await listenUnix(join(scratch.path, 't'), {
      admission: false,
      onLink: linked.resolve,
      tuning,
    });
    const sessionPath = join(scratch.path, 's');
    const session = new RawSession(sessionPath);
    await once(session.server, 'listening');
    const terminal = await dialLanes(listener.path);
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
    relay.connect(link, onFirst);
    return { relay, link, lanes: await this.session.opened() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.link.close(ByeCode.normal, 'the test ends');
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
