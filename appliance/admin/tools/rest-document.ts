import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLog } from '../../../protocol/node/log.ts';
import type { Registry } from '../../registry/registry.ts';
import { buildApp } from '../app.ts';
import type { AuditTail } from '../audit-tail.ts';
import type { AdminBackend } from '../backend.ts';
import { type Document, markdownOf } from './markdown.ts';

/** Writes docs/rest-api.md; with --check only tells whether it is up to date. */

const root = join(import.meta.dirname, '../../..');
const path = 'docs/rest-api.md';

async function document(): Promise<Document> {
  const app = await buildApp({
    // Nothing is asked, so that nothing has to answer.
    backend: {} as AdminBackend,
    registry: {} as Registry,
    tail: {} as AuditTail,
    admit: () => '',
    log: openLog({ name: 'rest-document', level: 'silent', readable: false }),
  });
  const made = app.swagger() as unknown as Document;
  await app.close();
  return made;
}

const preface = await readFile(join(import.meta.dirname, 'preface.md'), 'utf8');
const text = `${preface}\n${markdownOf(await document())}`;
const present = await readFile(join(root, path), 'utf8').catch(() => null);
if (process.argv.includes('--check')) {
  if (present !== text) {
    console.error(`${path} is not up to date: node appliance/admin/tools/rest-document.ts`);
    process.exitCode = 1;
  }
} else if (present !== text) await writeFile(join(root, path), text);
