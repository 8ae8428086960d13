import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A credential is fetched by the page right before it connects. */
const CREDENTIAL_LIFETIME_MS = 60_000;
/** Pages open at the same time; the oldest is forgotten beyond that. */
const MAX_KEPT = 32;

/**
 * Who may use the browser terminal. A one-time code from the server's own output is exchanged for a cookie, so
 * that a reload works; the cookie buys a short-lived credential for each link, since a link carries no cookies.
 * Only hashes are kept; they are compared in constant time.
 */
export class BrowserAccess {
  readonly #nowMs: () => number;
  #code: Buffer | null = null;
  readonly #cookies: Buffer[] = [];
  readonly #credentials: { hash: Buffer; expiresMs: number }[] = [];

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
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
    keep(this.#cookies, hash(cookie));
    return cookie;
  }

  /** A credential for one link; null when the cookie is not one of ours. */
  newCredential(cookie: string): string | null {
    const wanted = hash(cookie);
    if (!this.#cookies.some((known) => timingSafeEqual(known, wanted))) return null;
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
