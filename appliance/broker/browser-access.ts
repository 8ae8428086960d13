import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { browsersInMemory, type KnownBrowser, type KnownBrowsers } from './known-browsers.ts';

/** A credential is fetched by the page right before it connects. */
const CREDENTIAL_LIFETIME_MS = 60_000;
/** A browser forgets its cookie when it is closed; this is for one that never is. */
const COOKIE_LIFETIME_MS = 30 * 86_400_000;
/** Browsers, and pages that connect at the same time; the oldest is forgotten beyond that. */
const MAX_KEPT = 32;

export interface BrowserAccessOptions {
  readonly known?: KnownBrowsers;
  readonly nowMs?: () => number;
}

/**
 * Who may use the browser terminal. A one-time code from the server's own output is exchanged for a cookie, so
 * that a reload works; the cookie buys a short-lived credential for each link, since a link carries no cookies.
 * Only hashes are kept; they are compared in constant time.
 */
export class BrowserAccess {
  readonly #nowMs: () => number;
  readonly #known: KnownBrowsers;
  #code: Buffer | null = null;
  #cookies: KnownBrowser[];
  readonly #credentials: { hash: Buffer; expiresMs: number }[] = [];

  constructor({ known = browsersInMemory(), nowMs = Date.now }: BrowserAccessOptions = {}) {
    this.#nowMs = nowMs;
    this.#known = known;
    this.#cookies = known.read();
  }

  /** Makes a new one-time code; the one before it is void. 128 bits, URL-safe. */
  newCode(): string {
    const code = secret();
    this.#code = hash(code);
    return code;
  }

  /** Exchanges the one-time code for a cookie value; null when it is wrong or used. */
  redeemCode(code: string): string | null {
    if (!this.#code || !timingSafeEqual(this.#code, hash(code))) return null;
    this.#code = null;
    const cookie = secret();
    const nowMs = this.#nowMs();
    this.#cookies = this.#cookies.filter(({ expiresMs }) => expiresMs >= nowMs);
    keep(this.#cookies, {
      hash: hash(cookie).toString('hex'),
      expiresMs: nowMs + COOKIE_LIFETIME_MS,
    });
    this.#known.write(this.#cookies);
    return cookie;
  }

  /** A credential for one link; null when the cookie is not one of ours. */
  newCredential(cookie: string): string | null {
    if (!this.#isKnown(cookie)) return null;
    const credential = secret();
    keep(this.#credentials, {
      hash: hash(credential),
      expiresMs: this.#nowMs() + CREDENTIAL_LIFETIME_MS,
    });
    return credential;
  }

  /** Uses up a link's credential. */
  redeemCredential(credential: string): boolean {
    const wanted = hash(credential);
    const index = this.#credentials.findIndex((known) => timingSafeEqual(known.hash, wanted));
    if (index < 0) return false;
    const [found] = this.#credentials.splice(index, 1);
    return found !== undefined && found.expiresMs >= this.#nowMs();
  }

  #isKnown(cookie: string): boolean {
    const wanted = hash(cookie);
    const nowMs = this.#nowMs();
    return this.#cookies.some(
      (known) =>
        timingSafeEqual(Buffer.from(known.hash, 'hex'), wanted) && known.expiresMs >= nowMs,
    );
  }
}

function secret(): string {
  return randomBytes(16).toString('base64url');
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > MAX_KEPT) list.shift();
}
