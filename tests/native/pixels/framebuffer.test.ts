import { readFileSync } from 'node:fs';
import test from 'ava';
import { Framebuffer } from '../../../native/pixels/index.ts';

const mappings = () => readFileSync('/proc/self/maps', 'utf8').split('\n').length;

test('a picture begins with zeros, large or small', (t) => {
  for (const [width, height] of [
    [1, 1],
    [723, 724],
    [724, 724],
    [1920, 1080],
  ] as const) {
    const { bytes } = new Framebuffer(width, height);
    t.is(bytes.length, width * height * 4);
    t.true(bytes.every((byte) => byte === 0));
    bytes.fill(1);
  }
});

test('small pictures need no mappings of their own: a process may have 65530', (t) => {
  const before = mappings();
  const pictures = Array.from({ length: 2000 }, () => new Framebuffer(32, 32));
  t.true(mappings() - before < 200, `${mappings() - before} mappings`);
  t.is(pictures.length, 2000);
});
