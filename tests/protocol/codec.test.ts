import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { ProtocolError } from '../../protocol/errors.ts';
import { channels } from '../../protocol/schema/index.ts';
import { arbitraryMessage } from './arbitrary.ts';
import { type Codec, codecs, type Message } from './codecs.ts';
import { typedGlyph } from './samples.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The only errors a decoder may throw are ProtocolErrors. */
function decodesOrRefuses(codec: Codec, bytes: Uint8Array): void {
  try {
    codec.decode(bytes);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw new Error(`input ${hex(bytes)}`, { cause: error });
  }
}

interface Golden {
  readonly type: string;
  readonly hex: string;
}

for (const codec of codecs) {
  const path = join(import.meta.dirname, 'golden', `${codec.name}.json`);

  test(`${codec.name}: bytes are those of the golden vectors`, (t) => {
    const made: Golden[] = codec.samples.map((m) => ({ type: m.type, hex: hex(codec.encode(m)) }));
    // Golden files are only ever extended; an existing vector that changes breaks released peers.
    if (!existsSync(path) && process.env['WR_WRITE_GOLDEN'] === '1') {
      writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`);
    }
    t.deepEqual(made, JSON.parse(readFileSync(path, 'utf8')));
  });

  test(`${codec.name}: golden vectors decode to their messages`, (t) => {
    const golden: Golden[] = JSON.parse(readFileSync(path, 'utf8'));
    t.deepEqual(
      golden.map((g) => codec.decode(Buffer.from(g.hex, 'hex'))).map(plain),
      codec.samples.map(plain),
    );
  });

  test(`${codec.name}: every message has a sample`, (t) => {
    t.deepEqual(new Set(codec.samples.map((m) => m.type)), new Set(Object.keys(codec.ids)));
  });

  test(`${codec.name}: a message cut off anywhere is refused`, (t) => {
    for (const sample of codec.samples) {
      const bytes = codec.encode(sample);
      for (let length = 0; length < bytes.length; length++) {
        const error = t.throws(() => codec.decode(bytes.subarray(0, length)), {
          instanceOf: ProtocolError,
        });
        t.is(error?.code, 'truncated', `${sample.type} cut to ${length}`);
      }
    }
  });

  test(`${codec.name}: bytes behind the last known field are skipped`, (t) => {
    for (const sample of codec.samples) {
      const longer = Buffer.concat([codec.encode(sample), Buffer.from('future')]);
      t.deepEqual(plain(codec.decode(longer)), plain(sample));
    }
  });

  test(`${codec.name}: any changed byte is decoded or refused`, (t) => {
    for (const sample of codec.samples) {
      const bytes = Uint8Array.from(codec.encode(sample));
      for (let at = 0; at < bytes.length; at++) {
        const original = bytes[at] as number;
        for (const value of [0, 1, 0x7f, 0x80, 0xff, original ^ 1, original ^ 0x80]) {
          bytes[at] = value;
          decodesOrRefuses(codec, bytes);
        }
        bytes[at] = original;
      }
    }
    t.pass();
  });

  test(`${codec.name}: any bytes are decoded or refused`, (t) => {
    const ids = fc.constantFrom(...Object.values(codec.ids));
    const input = fc.tuple(ids, fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(input, ([id, rest]) => decodesOrRefuses(codec, Uint8Array.of(id, ...rest))),
      {
        numRuns: 2000,
      },
    );
    t.pass();
  });

  test(`${codec.name}: messages survive the round trip`, (t) => {
    const schema = channels.find((channel) => channel.name === codec.name);
    if (schema === undefined) throw new Error('no schema');
    for (const definition of schema.messages) {
      fc.assert(
        fc.property(arbitraryMessage(definition), (message) => {
          const bytes = codec.encode(message as Message);
          t.deepEqual(plain(codec.decode(bytes)), plain(message));
        }),
        { numRuns: 60 },
      );
    }
  });

  test(`${codec.name}: a message of an unknown type is passed over`, (t) => {
    t.deepEqual(codec.decode(Uint8Array.of(200, 1, 2)), { type: 'unknown', id: 200 } as Message);
  });
}

test('a typed glyph costs a head of at most 30 bytes', (t) => {
  const display = codecs.find((codec) => codec.name === 'display') as Codec;
  t.true(display.encode(typedGlyph).length <= 30);
});

test('what does not fit its field is not encoded', (t) => {
  const [control, input] = codecs as [Codec, Codec];
  const refused = (codec: Codec, message: object): void => {
    t.throws(() => codec.encode(message as Message), { instanceOf: ProtocolError });
  };
  refused(control, { type: 'Bye', code: 0, reason: 'x'.repeat(1025) });
  refused(control, { type: 'Bye', code: 256, reason: '' });
  refused(control, { type: 'Ping', sequence: -1, timeUs: 0 });
  refused(control, { type: 'Ping', sequence: 1.5, timeUs: 0 });
  refused(control, { type: 'Ping', sequence: 0, timeUs: 2 ** 53 });
  refused(input, { type: 'Key', sequence: Number.NaN, timeUs: 0, code: 1, pressed: true });
});

/** Typed arrays as plain lists: a Buffer and a Uint8Array of equal content are equal. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
