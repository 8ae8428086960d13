import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Logger } from '../../protocol/node/log.ts';
import type { BrowserAccess } from './browser-access.ts';
import type { BrowserFile } from './browser-files.ts';
import { wordsPage } from './browser-pages.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** No request of the page carries a body. */
const MAX_BODY_BYTES = 1024;
const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json';

export interface BrowserRequestsDeps {
  readonly access: BrowserAccess;
  readonly files: ReadonlyMap<string, BrowserFile>;
  readonly log: Logger;
  /** Cookies are kept per host; the port in the name keeps two servers of one host apart. */
  readonly port: () => number;
  readonly onCodeUsed: () => void;
  /** What the page needs to connect besides its credential. */
  readonly transport: () => Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers the ordinary requests of browsers: the page, the one-time code, and credentials for links. */
export class BrowserRequests {
  readonly #deps: BrowserRequestsDeps;

  constructor(deps: BrowserRequestsDeps) {
    this.#deps = deps;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    request.on('error', () => {});
    response.on('error', () => {});
    if (hasTooMuch(request)) {
      reply(request, response, { status: 413 });
      discard(request);
      return;
    }
    discard(request);
    reply(request, response, this.#answer(request));
  };

  #answer(request: IncomingMessage): Answer {
    const url = parse(request.url);
    if (url === null) return { status: 400 };
    if (request.method === 'POST') {
      return url.pathname === '/credential' ? this.#credential(request) : notAllowed('GET, HEAD');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return notAllowed('GET, HEAD, POST');
    if (url.pathname === '/credential') return notAllowed('POST');
    const code = url.searchParams.get('code');
    // HEAD changes nothing, so it leaves the code alone.
    if (url.pathname === '/' && code !== null && request.method === 'GET')
      return this.#redeem(code);
    return this.#file(url.pathname);
  }

  #file(path: string): Answer {
    const file = this.#deps.files.get(path);
    if (file) return { status: 200, ...file };
    return { status: 404, type: HTML, body: NOT_FOUND };
  }

  #redeem(code: string): Answer {
    const cookie = this.#deps.access.redeemCode(code);
    if (cookie === null) {
      this.#deps.log.warn('browser came with a wrong or used code');
      return { status: 403, type: HTML, body: WRONG_CODE };
    }
    this.#deps.log.info('browser let in by its code');
    this.#deps.onCodeUsed();
    return {
      status: 303,
      headers: {
        location: '/',
        'set-cookie': `${this.#cookieName()}=${cookie}; Path=/; Secure; HttpOnly; SameSite=Strict`,
      },
    };
  }

  #credential(request: IncomingMessage): Answer {
    if (!isSameOrigin(request)) {
      this.#deps.log.warn({ origin: request.headers.origin }, 'credential asked by another origin');
      return problem(403, 'origin', 'This request does not come from the page of this server.');
    }
    const cookie = cookieOf(request.headers.cookie, this.#cookieName());
    const credential = cookie === null ? null : this.#deps.access.newCredential(cookie);
    if (credential === null) return problem(401, 'access', NO_ACCESS);
    const body = JSON.stringify({ credential, ...this.#deps.transport() });
    return { status: 200, type: JSON_TYPE, body };
  }

  #cookieName(): string {
    return `__Host-wayray-${this.#deps.port()}`;
  }
}

const NO_ACCESS =
  'This browser has not been let in yet. Open the address with the code that the server prints.';
const NOT_FOUND = wordsPage(
  'There is nothing here',
  'The terminal is at the <a href="/">start</a>.',
);
const WRONG_CODE = wordsPage(
  'This code is wrong or was used already',
  'Each code works once. The server prints a new address with a new code: open that one. ' +
    'If this browser was let in before, <a href="/">go on without a code</a>.',
);

const notAllowed = (allow: string): Answer => ({ status: 405, headers: { allow } });

const problem = (status: number, error: string, message: string): Answer => ({
  status,
  type: JSON_TYPE,
  body: JSON.stringify({ error, message }),
});

function reply(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body ?? '');
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.type !== undefined) response.setHeader('content-type', answer.type);
  response.setHeader('content-length', body.length);
  response.statusCode = answer.status;
  if (request.method === 'HEAD') response.end();
  else response.end(body);
}

function parse(target: string | undefined): URL | null {
  if (target?.startsWith('/') !== true || target.startsWith('//')) return null;
  return URL.parse(target, 'https://server');
}

function hasTooMuch(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  if (request.headers['transfer-encoding'] !== undefined) return true;
  return length !== undefined && !(Number(length) <= MAX_BODY_BYTES);
}

/** HTTP/2 needs no announcement of the length. */
function discard(request: IncomingMessage): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) cutOff(request);
  });
}

function cutOff(request: IncomingMessage): void {
  const { stream } = request as IncomingMessage & { stream?: ServerHttp2Stream };
  if (stream) stream.close(constants.NGHTTP2_CANCEL);
  else request.socket.destroy();
}

/** Another site may make a browser send the request, but not with our origin. */
function isSameOrigin({ headers }: IncomingMessage): boolean {
  const host = headers[':authority'] ?? headers.host;
  return typeof host === 'string' && headers.origin === `https://${host}`;
}

function cookieOf(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value !== undefined) return value;
  }
  return null;
}
