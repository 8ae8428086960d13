import test from 'ava';
import { SecretStore } from '../../../appliance/greeter/secret-store.ts';

const type = (store: SecretStore, text: string): void => {
  for (const character of text) store.append('answer:0', character.codePointAt(0) as number);
};
const read = (store: SecretStore): string => Buffer.from(store.read('answer:0')).toString();

test('characters of every length are kept as UTF-8 and taken away whole', (t) => {
  using store = new SecretStore();
  const text = 'aß€𝄞';
  type(store, text);
  t.is(read(store), text);
  for (const left of ['aß€', 'aß', 'a', '', '']) {
    store.erase('answer:0');
    t.is(read(store), left);
  }
  type(store, 'b');
  t.is(read(store), 'b');
});

test('what does not fit is left out whole', (t) => {
  using store = new SecretStore();
  type(store, `${'x'.repeat(511)}€`);
  t.is(store.read('answer:0').length, 511);
});

test('wiping, clearing and erasing leave zeros', (t) => {
  const store = new SecretStore();
  type(store, 'secret');
  const view = store.read('answer:0');
  store.erase('answer:0');
  t.is(view[5], 0);
  store.clear('answer:0');
  t.true(view.every((byte) => byte === 0));
  type(store, 'other');
  const again = store.read('answer:0');
  store.wipe();
  t.true(again.every((byte) => byte === 0));
  t.is(store.read('answer:0').length, 0);
});
