// The package's types for browsers stand behind an export condition that type checks for Node do not take.
import * as webtransport from '@fails-components/webtransport';
import { LinkError, WayRayError } from '../../protocol/errors.ts';
import type { Link } from '../../protocol/link/link.ts';
import type { WebSession } from '../../protocol/link/webtransport.ts';
import {
  type BrowserConnectOptions,
  connectBrowser,
} from '../../protocol/link/webtransport-browser.ts';

type SessionConstructor = new (url: string, options?: object) => WebSession;

const { WebTransportPonyfill } = webtransport as unknown as {
  WebTransportPonyfill: SessionConstructor;
};

const ANSWER_TIMEOUT_MS = 10_000;

/** The server does not know this browser; only a new code helps. */
export class AccessError extends WayRayError {
  override readonly name = 'AccessError';
  constructor(message: string) {
    super('access', message);
  }
}

export interface Dialled {
  readonly link: Link;
  readonly credential: string;
}

interface Pass {
  readonly credential: string;
  readonly http3: BrowserConnectOptions['http3'];
}

/** Fetches a credential and connects to the page's server. Rejects with AccessError or LinkError. */
export async function dial(): Promise<Dialled> {
  const { credential, http3 } = await fetchPass();
  const link = await connectBrowser({
    host: location.host,
    http3,
    native: (self as { WebTransport?: SessionConstructor }).WebTransport,
    fallback: WebTransportPonyfill,
  });
  return { link, credential };
}

async function fetchPass(): Promise<Pass> {
  let response: Response;
  try {
    response = await fetch('/credential', {
      method: 'POST',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
  } catch (cause) {
    throw new LinkError('unreachable', 'the server cannot be reached', { cause });
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && isPass(answer)) return answer;
  if (response.status === 401) throw new AccessError(messageOf(answer));
  throw new LinkError('refused', `the server answers with status ${response.status}`);
}

function isPass(answer: unknown): answer is Pass {
  return typeof (answer as Pass | null)?.credential === 'string';
}

function messageOf(answer: unknown): string {
  const message = (answer as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : 'The server does not know this browser.';
}
