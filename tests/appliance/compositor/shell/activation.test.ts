import test from 'ava';
import { ActivationTokens } from '../../../../appliance/compositor/shell/activation-tokens.ts';
import type { FakeResource } from '../wayland-fakes/fake-client.ts';
import { ShellBench } from './shell-bench.ts';

test('a token works once, for a minute, and only when it was issued to work', (t) => {
  let nowMs = 0;
  let count = 0;
  const tokens = new ActivationTokens(
    () => `token-${++count}`,
    () => nowMs,
  );
  t.false(tokens.redeem(tokens.issue(false)));
  const once = tokens.issue(true);
  t.true(tokens.redeem(once));
  t.false(tokens.redeem(once));
  const late = tokens.issue(true);
  nowMs = 60_001;
  t.false(tokens.redeem(late));
  const many = Array.from({ length: 65 }, () => tokens.issue(true));
  t.false(tokens.redeem(many[0] as string));
  t.true(tokens.redeem(many[64] as string));
});

function requestToken(bench: ShellBench, serial: number | null): string {
  const activation = bench.display.bind<FakeResource>(bench.client, 'xdg_activation_v1');
  const token = bench.client.create<FakeResource>('xdg_activation_token_v1');
  activation.request('getActivationToken', token);
  if (serial !== null) token.request('setSerial', serial, null);
  token.request('commit');
  return bench.eventsOf(token).at(-1)?.slice('done '.length) ?? '';
}

test('a token from a click in the focused window activates another one', (t) => {
  using bench = new ShellBench();
  const keyboard = bench.client.create('wl_keyboard', 8);
  bench.seat.bindKeyboard(keyboard as never);
  const first = bench.mapToplevel();
  const second = bench.mapToplevel();
  const enter = bench.client.events
    .filter((event) => event.includes('wl_keyboard'))
    .filter((event) => event.includes('.enter '))
    .at(-1);
  const serial = Number(enter?.split(' ')[1]);
  const activation = bench.display.bind<FakeResource>(bench.client, 'xdg_activation_v1');
  bench.batch(() => activation.request('activate', requestToken(bench, null), first.resource));
  t.is(bench.seat.keyboardFocus, second.surface);
  bench.batch(() => activation.request('activate', requestToken(bench, serial), first.resource));
  t.is(bench.seat.keyboardFocus, first.surface);
});

test('error: a token that was committed is used again', (t) => {
  using bench = new ShellBench();
  const activation = bench.display.bind<FakeResource>(bench.client, 'xdg_activation_v1');
  const token = bench.client.create<FakeResource>('xdg_activation_token_v1');
  activation.request('getActivationToken', token);
  token.request('commit');
  token.request('setAppId', 'x');
  t.deepEqual(bench.errors, ['xdg_activation_token_v1 0']);
});
