import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { CommandError } from './command-error.ts';
import type { Way } from './dial.ts';

const ANSWER_MS = 20_000;
const MAX_ANSWER_BYTES = 16 * 2 ** 20;
/** The server is heard every 10 s. */
const SILENCE_MS = 30_000;
const MAX_LINE_BYTES = 65_536;

/** Speaks to a server's REST interface. All methods throw CommandErrors. */
export class AdminClient {
  readonly #way: Way;

  constructor(way: Way) {
    this.#way = way;
  }

  /** The server is on this machine. */
  get isLocal(): boolean {
    return !this.#way.secure;
  }

  /** @returns the answer's JSON, null for an empty one */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const text = await this.#bodyOf(await this.#send(method, path, body));
    return text === '' ? null : this.#parse(text);
  }

  /** The values of a stream of JSON lines, as they come. */
  async *follow(path: string): AsyncGenerator<unknown> {
    const response = await this.#send('GET', path);
    response.setTimeout(SILENCE_MS, () => response.destroy(new Error('it says nothing more')));
    let rest = '';
    try {
      for await (const chunk of response.setEncoding('utf8')) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > MAX_LINE_BYTES) throw this.#strange();
        for (const line of lines) if (line !== '') yield this.#parse(line);
      }
    } catch (cause) {
      throw cause instanceof CommandError ? cause : this.#lost(cause as Error);
    } finally {
      response.destroy();
    }
    throw this.#lost(new Error('it ended the connection'));
  }

  [Symbol.dispose](): void {
    this.#way.close();
  }

  async #send(method: string, path: string, body?: unknown): Promise<IncomingMessage> {
    const response = await this.#open(method, path, body);
    if (response.statusCode !== undefined && response.statusCode < 300) return response;
    const { error } = (this.#parse(await this.#bodyOf(response)) ?? {}) as {
      error?: { code?: unknown; message?: unknown };
    };
    if (typeof error?.code !== 'string') throw this.#strange();
    throw new CommandError(error.code, String(error.message));
  }

  #open(method: string, path: string, body: unknown): Promise<IncomingMessage> {
    const { options, secure } = this.#way;
    const text = body === undefined ? '' : JSON.stringify(body);
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const headers = { ...options.headers, ...type, 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const send = secure ? requestHttps : requestHttp;
      const asked = send({ ...options, method, path, headers, timeout: ANSWER_MS });
      asked.once('response', resolve);
      asked.once('timeout', () => asked.destroy(new Error('it does not answer')));
      asked.once('error', (error) => reject(this.#lost(error)));
      asked.end(text);
    });
  }

  async #bodyOf(response: IncomingMessage): Promise<string> {
    let text = '';
    try {
      for await (const chunk of response.setEncoding('utf8')) {
        text += chunk;
        if (text.length > MAX_ANSWER_BYTES) throw this.#strange();
      }
    } catch (cause) {
      throw cause instanceof CommandError ? cause : this.#lost(cause as Error);
    }
    return text;
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw this.#strange();
    }
  }

  #strange(): CommandError {
    return new CommandError('failed', `${this.#way.where}: does not speak as a wrsrvd does`);
  }

  #lost(error: Error & { code?: string }): CommandError {
    if (error instanceof CommandError) return error;
    const { where } = this.#way;
    const code = error.code === 'EACCES' ? 'denied' : 'unreachable';
    return new CommandError(code, `${where}: ${wordsOf(error)}`, { cause: error });
  }
}

function wordsOf({ code = '', message }: Error & { code?: string }): string {
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return `${message}; is wrsrvd running?`;
  // Node's own words tell of an option that this program does not have.
  if (code.includes('SELF_SIGNED'))
    return "nobody else vouches for the server's certificate; give its fingerprint with --pin";
  return message;
}
