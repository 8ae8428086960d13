import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { channels } from '../schema/index.ts';
import type { ChannelSchema } from '../schema/types.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../version.ts';
import { generateHeader } from './codec/c-header.ts';
import { generateViews } from './codec/c-views.ts';
import { checkSchema } from './codec/collect.ts';
import { generateDocument } from './codec/document.ts';
import { generateTypeScript } from './codec/typescript.ts';

/** Writes what follows from protocol/schema; with --check only tells whether it is up to date. */

const root = join(import.meta.dirname, '../..');

/** Channels that native code passes on. */
const RELAYED = ['input', 'cursor', 'display'];

/** Of input no more is looked at than what view it is for. */
const onlyWithView = (channel: ChannelSchema): ChannelSchema =>
  channel.name === 'input'
    ? { ...channel, messages: channel.messages.filter(({ name }) => name === 'InputView') }
    : channel;

async function outputs(): Promise<Map<string, string>> {
  checkSchema(channels);
  const files = new Map<string, string>();
  for (const channel of channels) {
    const source = generateTypeScript(channel, '../codec', '../errors.ts');
    files.set(`protocol/generated/${channel.name}.ts`, source);
  }
  const version = { major: PROTOCOL_MAJOR, minor: PROTOCOL_MINOR };
  files.set('protocol/generated/wayray.h', generateHeader(channels, version));
  const relayed = channels.filter(({ name }) => RELAYED.includes(name));
  const views = generateViews(relayed.map((channel) => onlyWithView(channel)));
  files.set('native/stream/messages.h', views.header);
  files.set('native/stream/messages.c', views.source);
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
