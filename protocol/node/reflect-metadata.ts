/**
 * The few functions of the metadata proposal that @peculiar/x509's dependency container asks for; Node has none of
 * them. To be imported before it.
 */

interface WithMetadata {
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  getMetadata?: (key: unknown, target: object) => unknown;
  hasMetadata?: (key: unknown, target: object) => boolean;
  hasOwnMetadata?: (key: unknown, target: object) => boolean;
  metadata?: (key: unknown, value: unknown) => (target: object) => void;
}

const store = new WeakMap<object, Map<unknown, unknown>>();

function define(key: unknown, value: unknown, target: object): void {
  const known = store.get(target) ?? new Map<unknown, unknown>();
  store.set(target, known.set(key, value));
}

const own = (key: unknown, target: object): unknown => store.get(target)?.get(key);

function inherited(key: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at)) {
    if (store.get(at)?.has(key)) return own(key, at);
  }
  return undefined;
}

const reflect = Reflect as WithMetadata;
if (reflect.getMetadata === undefined) {
  reflect.defineMetadata = define;
  reflect.getOwnMetadata = own;
  reflect.getMetadata = inherited;
  reflect.hasOwnMetadata = (key, target) => store.get(target)?.has(key) ?? false;
  reflect.hasMetadata = (key, target) => inherited(key, target) !== undefined;
  reflect.metadata = (key, value) => (target) => define(key, value, target);
}
