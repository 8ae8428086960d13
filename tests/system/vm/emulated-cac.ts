import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Qmp } from './qmp.ts';

/** Authentication, signature, encryption: the first one is whose card it is. */
const NAMES = ['identity', 'signing', 'encryption'] as const;

/**
 * QEMU's own card, a CAC card of libcacard: certificates and keys stand in a database of NSS (Debian: libnss3-tools).
 * Without a password on it, any PIN is right.
 */
export class EmulatedCac {
  readonly #database: string;
  /** SHA-256 of the first certificate, what names the card. */
  readonly tokenId: string;

  private constructor(database: string, tokenId: string) {
    this.#database = database;
    this.tokenId = tokenId;
  }

  /** @param folder for the database, made if missing */
  static make(folder: string): EmulatedCac {
    mkdirSync(folder, { recursive: true });
    const database = `sql:${folder}`;
    const certutil = (...args: string[]) =>
      execFileSync('certutil', ['-d', database, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    certutil('-N', '--empty-password');
    const noise = join(folder, 'noise');
    for (const name of NAMES) {
      writeFileSync(noise, crypto.getRandomValues(new Uint8Array(64)));
      const key = ['-k', 'rsa', '-g', '2048', '-z', noise];
      certutil('-S', '-x', '-n', name, '-s', `CN=${name}`, '-t', 'TC,TC,TC', ...key);
    }
    const { raw } = new X509Certificate(certutil('-L', '-n', NAMES[0], '-a'));
    return new EmulatedCac(database, createHash('sha256').update(raw).digest('hex'));
  }

  /** @param reader QEMU's name of a usb-ccid device without a card */
  async insert(qmp: Qmp, reader: string): Promise<void> {
    await qmp.execute('device_add', {
      driver: 'ccid-card-emulated',
      id: cardOf(reader),
      bus: `${reader}.0`,
      backend: 'certificates',
      db: this.#database,
      ...Object.fromEntries(NAMES.map((name, at) => [`cert${at + 1}`, name])),
    });
  }

  async remove(qmp: Qmp, reader: string): Promise<void> {
    await qmp.execute('device_del', { id: cardOf(reader) });
  }
}

const cardOf = (reader: string) => `${reader}-cac`;
