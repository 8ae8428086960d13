import type { Registry } from '../../registry/registry.ts';

/** The same registry, for those who administer it: a change of a terminal is told once it has happened. */
export function watchTerminals(registry: Registry, onChange: () => void): Registry {
  const { terminals, enrolments } = registry;
  const told = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    onChange();
    return result;
  };
  return {
    sessions: registry.sessions,
    tokens: registry.tokens,
    events: registry.events,
    terminals: {
      announce: (identity) => terminals.announce(identity),
      approve: (name) => told(terminals.approve(name)),
      revoke: (name) => told(terminals.revoke(name)),
      remove: (name) => told(terminals.remove(name)),
      get: (name) => terminals.get(name),
      byFingerprint: (fingerprint) => terminals.byFingerprint(fingerprint),
      list: (page) => terminals.list(page),
    },
    enrolments: {
      create: (options) => enrolments.create(options),
      redeem: (code, identity) => told(enrolments.redeem(code, identity)),
      list: () => enrolments.list(),
      cancel: (id) => enrolments.cancel(id),
    },
    rotateKeys: () => registry.rotateKeys(),
    [Symbol.dispose]: () => registry[Symbol.dispose](),
  };
}
