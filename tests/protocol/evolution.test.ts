import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import {
  type ChannelSchema,
  type Field,
  field,
  list,
  message,
  string,
  struct,
  uint,
} from '../../protocol/schema/types.ts';
import { checkSchema } from '../../protocol/tools/codec/collect.ts';
import { generateTypeScript } from '../../protocol/tools/codec/typescript.ts';

interface Codec {
  encodeSample(message: object): Uint8Array;
  decodeSample(bytes: Uint8Array): object;
}

function schema(appended: readonly Field[], itemAppended: readonly Field[]): ChannelSchema {
  const item = { name: 'Item', doc: '', fields: [field('id', uint, ''), ...itemAppended] };
  return {
    name: 'sample',
    id: 0,
    doc: '',
    maxMessageBytes: 100,
    maxUnitBytes: 0,
    messages: [
      message(1, 'Thing', '', [
        field('label', string(8), ''),
        field('items', list(struct(item), 4), ''),
        ...appended,
      ]),
    ],
  };
}

const older = schema([], []);
const newer = schema(
  [field('speed', uint, '', 7), field('tags', list(string(4), 3), '', '')],
  [field('colour', uint, '', 5)],
);

async function load(directory: string, name: string, channel: ChannelSchema): Promise<Codec> {
  const protocol = new URL('../../protocol', import.meta.url).href;
  const path = join(directory, `${name}.ts`);
  await writeFile(path, generateTypeScript(channel, `${protocol}/codec`, `${protocol}/errors.ts`));
  return import(path);
}

async function codecs(t: { teardown(fn: () => Promise<void>): void }): Promise<[Codec, Codec]> {
  const directory = await mkdtemp(join(tmpdir(), 'wr-codec-'));
  t.teardown(() => rm(directory, { recursive: true }));
  return [await load(directory, 'older', older), await load(directory, 'newer', newer)];
}

test('an older decoder skips appended fields of messages and structs', async (t) => {
  const [old, recent] = await codecs(t);
  const bytes = recent.encodeSample({
    type: 'Thing',
    label: 'a',
    items: [
      { id: 1, colour: 300 },
      { id: 2, colour: 0 },
    ],
    speed: 9,
    tags: ['x'],
  });
  const known = { type: 'Thing', label: 'a', items: [{ id: 1 }, { id: 2 }] };
  t.deepEqual(old.decodeSample(bytes), known);
});

test('a newer decoder fills in what an older peer did not send', async (t) => {
  const [old, recent] = await codecs(t);
  const bytes = old.encodeSample({ type: 'Thing', label: 'a', items: [{ id: 1 }] });
  const filled = { type: 'Thing', label: 'a', items: [{ id: 1, colour: 5 }], speed: 7, tags: [] };
  t.deepEqual(recent.decodeSample(bytes), filled);
});

test('a struct longer than 127 bytes keeps its length', async (t) => {
  const item = { name: 'Item', doc: '', fields: [field('text', string(20_000), '')] };
  const one = { ...older, messages: [message(1, 'Thing', '', [field('item', struct(item), '')])] };
  const directory = await mkdtemp(join(tmpdir(), 'wr-codec-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const codec = await load(directory, 'long', one);
  for (const length of [126, 127, 128, 16_381, 16_384, 20_000]) {
    const value = { type: 'Thing', item: { text: 'ä'.repeat(length / 2) } };
    t.deepEqual(codec.decodeSample(codec.encodeSample(value)), value);
  }
});

test('a schema that contradicts itself is refused', (t) => {
  const twice = { ...older, messages: [...older.messages, ...older.messages] };
  t.throws(() => checkSchema([twice]), { message: /not unique/ });
  const late = schema([field('a', uint, '', 1), field('b', uint, '')], []);
  t.throws(() => checkSchema([late]), { message: /follows an appended one/ });
});
