import test from 'ava';
import type { RawVideoEncoder } from '../../../native/video-encode/binding.d.ts';
import { type EncoderSources, Encoders } from '../../../native/video-encode/encoders.ts';
import { VideoEncoder } from '../../../native/video-encode/index.ts';

type Does = 'encodes' | 'fails' | 'hangs';

/** Encoders that do what a test says, one entry a picture; what comes after the last is like it. */
class Scripted implements RawVideoEncoder {
  static made: Scripted[] = [];
  readonly settings: readonly number[];
  readonly keys: boolean[] = [];
  closed = false;
  readonly #name: string;
  readonly #script: Does[];

  constructor(name: string, script: Does[], settings: readonly number[]) {
    this.#name = name;
    this.#script = script;
    this.settings = settings;
    Scripted.made.push(this);
  }

  encodeAsync(...picture: Parameters<RawVideoEncoder['encodeAsync']>) {
    const key = picture[5] || this.keys.length === 0;
    this.keys.push(key);
    const does = this.#script.length > 1 ? this.#script.shift() : this.#script[0];
    if (does === 'hangs') return new Promise<never>(() => {});
    if (does === 'fails') return Promise.reject(new Error('a picture could not be encoded'));
    return Promise.resolve({ bytes: new TextEncoder().encode(this.#name), key });
  }

  by(): string {
    return this.#name;
  }

  close(): void {
    this.closed = true;
  }
}

const addonOf = (name: string, script: Does[]) => ({
  Encoder: class extends Scripted {
    constructor(...settings: [number, number, number, number]) {
      super(name, script, settings);
    }
  },
});

const missing = () => {
  throw new Error('the addon does not load');
};

function machine(sources: Partial<EncoderSources>) {
  Scripted.made = [];
  const encoders = new Encoders({
    mayHaveHardware: () => true,
    hardware: missing,
    software: () => addonOf('software', ['encodes']),
    ...sources,
  });
  const told: string[] = [];
  encoders.onUsed((by) => told.push(by));
  return { encoders, told };
}

const SETTINGS = { width: 64, height: 48, kbitPerS: 1000, minQp: 20 };
const source = { width: 64, height: 48, bytes: new Uint8Array(64 * 48 * 4) };

async function encode(encoder: VideoEncoder, key = false): Promise<string> {
  const { bytes, key: isKey } = await encoder.encode(source, { x: 0, y: 0 }, { key, timeMs: 0 });
  return `${new TextDecoder().decode(bytes)}${isKey ? ' key' : ''}`;
}

test.serial('hardware is used where there is any, and told once', async (t) => {
  const { encoders, told } = machine({ hardware: () => addonOf('VAAPI', ['encodes']) });
  for (let stream = 0; stream < 2; stream++) {
    using encoder = new VideoEncoder(SETTINGS, { from: encoders });
    t.is(await encode(encoder, true), 'VAAPI key');
    t.is(await encode(encoder), 'VAAPI');
  }
  t.deepEqual(told, ['VAAPI']);
  t.true(Scripted.made.every(({ closed }) => closed));
});

test.serial('without a device libavcodec is not even loaded', async (t) => {
  const { encoders, told } = machine({
    mayHaveHardware: () => false,
    hardware: () => t.fail() as never,
  });
  using encoder = new VideoEncoder(SETTINGS, { from: encoders });
  t.is(await encode(encoder, true), 'software key');
  t.deepEqual(told, ['software']);
});

test.serial('a device without libavcodec, or one that does not open, is no failure', async (t) => {
  const refusing = () => ({
    Encoder: class extends Scripted {
      constructor() {
        super('', [], []);
        throw new Error('there is no encoder for these settings');
      }
    },
  });
  for (const hardware of [missing, refusing]) {
    const { encoders, told } = machine({ hardware });
    using encoder = new VideoEncoder(SETTINGS, { from: encoders });
    t.is(await encode(encoder), 'software key');
    t.deepEqual(told, ['software']);
  }
});

for (const does of ['fails', 'hangs'] as const) {
  test.serial(
    `hardware that ${does} amid a film: the same picture comes from software, as a key`,
    async (t) => {
      const script: Does[] = ['encodes', 'encodes', does];
      const { encoders, told } = machine({ hardware: () => addonOf('VAAPI', script) });
      using encoder = new VideoEncoder(SETTINGS, { from: encoders, patienceMs: 20 });
      encoder.kbitPerS = 700;
      const pictures = [];
      for (let i = 0; i < 5; i++) pictures.push(await encode(encoder));
      t.deepEqual(pictures, ['VAAPI key', 'VAAPI', 'software key', 'software', 'software']);
      t.deepEqual(told, ['VAAPI', 'software']);
      t.true(Scripted.made[0]?.closed);
      t.deepEqual(Scripted.made[1]?.settings, [64, 48, 700, 20, false]);
      // Nor does another film try it again.
      using other = new VideoEncoder(SETTINGS, { from: encoders });
      t.is(await encode(other), 'software key');
    },
  );
}

test.serial('a failure of both is one of the film', async (t) => {
  const { encoders } = machine({
    hardware: () => addonOf('VAAPI', ['fails']),
    software: () => addonOf('software', ['fails']),
  });
  using encoder = new VideoEncoder(SETTINGS, { from: encoders });
  await t.throwsAsync(encode(encoder), { message: /could not be encoded/ });
});

test.serial(
  'hardware that fails after it was closed is not asked again and not given up',
  async (t) => {
    const { encoders } = machine({ hardware: () => addonOf('VAAPI', ['fails', 'encodes']) });
    const encoder = new VideoEncoder(SETTINGS, { from: encoders });
    const failing = encode(encoder);
    encoder[Symbol.dispose]();
    await t.throwsAsync(failing);
    using other = new VideoEncoder(SETTINGS, { from: encoders });
    t.is(await encode(other), 'VAAPI key');
  },
);
