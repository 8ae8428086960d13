import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { channels } from '../schema/index.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../version.ts';
import { generateHeader } from './codec/c-header.ts';
import { checkSchema } from './codec/collect.ts';
import { generateDocument } from './codec/document.ts';
import { generateTypeScript } from './codec/typescript.ts';

/** Writes what follows from protocol/schema; with --check only tells whether it is up to date. */

const root = join(import.meta.dirname, '../..');

async function outputs(): Promise<Map<string, string>> {
  checkSchema(channels);
  const files = new Map<string, string>();
  for (const channel of channels) {
    const source = generateTypeScript(channel, '../codec', '../errors.ts');
    files.set(`protocol/generated/${channel.name}.ts`, source);
  }
  const version = { major: PROTOCOL_MAJOR, minor: PROTOCOL_MINOR };
  files.set('protocol/generated/wayray.h', generateHeader(channels, version));
  const preface = await readFile(join(import.meta.dirname, 'codec/preface.md'), 'utf8');
  files.set('docs/wire-protocol.md', generateDocument(channels, preface));
  return files;
}

async function staleFiles(files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of files) {
    const present = await readFile(join(root, path), 'utf8').catch(() => null);
    if (present !== text) stale.push(path);
  }
  return stale;
}

const files = await outputs();
const stale = await staleFiles(files);
if (process.argv.includes('--check')) {
  for (const path of stale)
    console.error(`${path} is not up to date: node protocol/tools/codec.ts`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const path of stale) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), files.get(path) as string);
  }
}
