import { readFileSync, statSync } from 'node:fs';
import { Agent, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { fingerprintOf } from '../../../protocol/node/fingerprint.ts';
import { CommandError } from './command-error.ts';

export interface ServerChoice {
  readonly socket: string;
  readonly url?: URL;
  readonly keyFile?: string;
  /** SHA-256 of the server's certificate. */
  readonly pin?: string;
}

/** How a server is reached. */
export interface Way {
  readonly options: RequestOptions;
  readonly secure: boolean;
  /** For people. */
  readonly where: string;
  readonly close: () => void;
}

/** @throws CommandError when the options do not belong together or the key cannot be read */
export function wayTo({ socket, url, keyFile, pin }: ServerChoice): Way {
  if (!url) {
    if (keyFile ?? pin) throw new CommandError('invalid', '--key-file and --pin need --url');
    const agent = new Agent({ keepAlive: true });
    const options = { socketPath: socket, agent, headers: { host: 'wrsrvd' } };
    return { options, secure: false, where: socket, close: () => agent.destroy() };
  }
  if (!keyFile) throw new CommandError('invalid', '--url needs --key-file');
  const agent = pin ? new PinnedAgent(pin) : new HttpsAgent({ keepAlive: true });
  return {
    options: {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? 443 : Number(url.port),
      agent,
      headers: { authorization: `Bearer ${readKey(keyFile)}` },
    },
    secure: true,
    where: url.origin,
    close: () => agent.destroy(),
  };
}

function readKey(path: string): string {
  const { mode } = statSync(path);
  if ((mode & 0o077) !== 0) {
    throw new CommandError('failed', `${path}: may be read by others: chmod 600 ${path}`);
  }
  const key = readFileSync(path, 'utf8').trim();
  if (/^[\w-]{1,256}$/.test(key)) return key;
  throw new CommandError('failed', `${path}: expected one line with a key`);
}

/** Says nothing, the key least of all, before the certificate has turned out to be the right one. */
class PinnedAgent extends HttpsAgent {
  readonly #pin: string;

  constructor(pin: string) {
    super({ keepAlive: true });
    this.#pin = pin;
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { host, port } = options;
    const socket = connect({
      host: host ?? '',
      port: Number(port),
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
    });
    const failed = (error: Error) => callback?.(error, socket);
    socket.once('error', failed);
    socket.once('secureConnect', () => {
      socket.off('error', failed);
      if (this.#isRight(socket)) callback?.(null, socket);
      else {
        socket.destroy();
        failed(new CommandError('unreachable', 'the server shows another certificate than --pin'));
      }
    });
  }

  #isRight(socket: TLSSocket): boolean {
    const der = socket.getPeerX509Certificate()?.raw;
    return der !== undefined && fingerprintOf(der) === this.#pin;
  }
}
