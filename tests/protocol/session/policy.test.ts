import test from 'ava';
import { ConfigError } from '../../../protocol/errors.ts';
import {
  checkPolicy,
  DEFAULT_POLICY,
  type SessionPolicy,
} from '../../../protocol/session/policy.ts';

const wrong: [string, object, RegExp][] = [
  ['no time to start', { startMs: 0 }, /startMs/],
  ['a time that a timer cannot hold', { suspendedMs: 2 ** 31 }, /suspendedMs/],
  ['half a millisecond', { lifetimeMs: 0.5 }, /lifetimeMs/],
  ['an unknown action', { idle: { afterMs: 1, action: 'sleep' } }, /idle\.action/],
  ['an unknown proof', { unlock: { always: ['uid'], withinGrace: [], graceMs: 0 } }, /"uid"/],
  ['no proof', { unlock: { always: [], withinGrace: ['pin'], graceMs: 0 } }, /nobody could log in/],
  ['a grace before', { unlock: { always: ['pin'], withinGrace: [], graceMs: -1 } }, /graceMs/],
];

test('the default policy is a valid one', (t) => {
  t.is(checkPolicy(DEFAULT_POLICY), DEFAULT_POLICY);
});

for (const [name, change, message] of wrong) {
  test(`refused: ${name}`, (t) => {
    const policy = { ...DEFAULT_POLICY, ...change } as SessionPolicy;
    t.throws(() => checkPolicy(policy), { instanceOf: ConfigError, message });
  });
}
