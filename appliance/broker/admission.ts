import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';
import { isFingerprint } from '../../protocol/node/fingerprint.ts';

export type Verdict =
  | { readonly admitted: true; readonly why: string }
  | { readonly admitted: false; readonly message: string };

/** What is known of a terminal that asks to be let in. */
export interface Applicant {
  readonly fingerprint: string;
  /** The peer's socket belongs to the user wrsrvd runs as; only connections of this machine can show that, after a look at all sockets. */
  readonly sameUser: () => boolean;
  /** It comes from this machine. */
  readonly local: () => boolean;
}

/** How long after its start a server still waits for its first terminal from elsewhere. */
const DOOR_OPEN_MS = 10 * 60_000;

/**
 * Which terminals may see the session of a single-user server: the user's own on this machine, those that were
 * allowed by fingerprint, and the first one ever to come from elsewhere within ten minutes of the start, which is
 * remembered (docs/adr/0006).
 */
export class Admission {
  readonly #file: string;
  readonly #known: Set<string>;
  readonly #nowMs: () => number;
  readonly #doorClosesMs: number;

  /** @param nowMs monotonic */
  constructor(stateRoot: string, allowed: readonly string[], nowMs = () => performance.now()) {
    this.#nowMs = nowMs;
    this.#doorClosesMs = nowMs() + DOOR_OPEN_MS;
    this.#file = join(stateRoot, 'terminals.json');
    this.#known = new Set(readKnown(this.#file));
    for (const fingerprint of allowed) this.#known.add(fingerprint);
    if (allowed.length > 0) this.#save();
  }

  /** The next terminal from elsewhere would be let in, whoever it is. */
  get waitsForFirst(): boolean {
    return this.#known.size === 0 && this.#nowMs() < this.#doorClosesMs;
  }

  decide(applicant: Applicant): Verdict {
    const { fingerprint } = applicant;
    if (this.#known.has(fingerprint)) return { admitted: true, why: 'known' };
    if (applicant.sameUser()) return { admitted: true, why: 'same user' };
    if (!applicant.local() && this.waitsForFirst) return this.#rememberFirst(fingerprint);
    return {
      admitted: false,
      message: `this server does not know the terminal ${fingerprint}; allow it with wrsrvd --allow-terminal ${fingerprint}`,
    };
  }

  /** One that cannot be remembered is not let in: after a restart another would be the first. */
  #rememberFirst(fingerprint: string): Verdict {
    this.#known.add(fingerprint);
    try {
      this.#save();
    } catch (error) {
      this.#known.delete(fingerprint);
      return { admitted: false, message: (error as Error).message };
    }
    return { admitted: true, why: 'first terminal, remembered from now on' };
  }

  #save(): void {
    const temporary = `${this.#file}.new`;
    try {
      writeFileSync(temporary, `${JSON.stringify([...this.#known], null, 2)}\n`, { mode: 0o600 });
      renameSync(temporary, this.#file);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw new ExitError(`${this.#file}: cannot be written: ${code}`, EXIT.config, { cause });
    }
  }
}

function readKnown(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new ExitError(`${file}: cannot be read: ${code}`, EXIT.config, { cause: error });
  }
  const known: unknown = parse(text, file);
  if (!Array.isArray(known) || !known.every(isFingerprint)) {
    throw new ExitError(`${file}: expected a list of SHA-256 fingerprints`, EXIT.config);
  }
  return known;
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ExitError(`${file}: is not JSON: ${(cause as Error).message}`, EXIT.config, {
      cause,
    });
  }
}
