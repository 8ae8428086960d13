/** A message that is JSON but not what the protocol knows. Names the field, never its value. */
export class MessageError extends Error {
  override name = 'MessageError';
}

/** Gives the value back with its type, or throws MessageError naming `where`. */
export type Check<T> = (value: unknown, where: string) => T;
export type Checked<C> = C extends Check<infer T> ? T : never;
type Fields = Readonly<Record<string, Check<unknown>>>;
type OptionalKeys<F extends Fields> = {
  [K in keyof F]: undefined extends Checked<F[K]> ? K : never;
}[keyof F];
export type CheckedFields<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Checked<F[K]>;
} & { readonly [K in OptionalKeys<F>]?: Exclude<Checked<F[K]>, undefined> };

export const text =
  (pattern: RegExp, expected: string): Check<string> =>
  (value, where) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new MessageError(`${where}: expected ${expected}`);
  };

export const whole =
  (min: number, max: number): Check<number> =>
  (value, where) => {
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max)
      return value as number;
    throw new MessageError(`${where}: expected a whole number from ${min} to ${max}`);
  };

export const flag: Check<boolean> = (value, where) => {
  if (typeof value === 'boolean') return value;
  throw new MessageError(`${where}: expected true or false`);
};

export const oneOf =
  <const T extends readonly string[]>(...words: T): Check<T[number]> =>
  (value, where) => {
    if (typeof value === 'string' && words.includes(value)) return value;
    throw new MessageError(`${where}: expected one of ${words.join(', ')}`);
  };

export const orNull =
  <T>(check: Check<T>): Check<T | null> =>
  (value, where) =>
    value === null ? null : check(value, where);

export const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value, where) =>
    value === undefined ? undefined : check(value, where);

export const list =
  <T>(check: Check<T>, max: number): Check<readonly T[]> =>
  (value, where) => {
    if (!Array.isArray(value) || value.length > max)
      throw new MessageError(`${where}: expected a list of at most ${max}`);
    return value.map((item, i) => check(item, `${where}[${i}]`));
  };

/** Exactly these fields: what is not known is refused, as it may be a mistyped name of something that matters. */
export const fields =
  <F extends Fields>(shape: F): Check<CheckedFields<F>> =>
  (value, where) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new MessageError(`${where}: expected an object`);
    const given = value as Record<string, unknown>;
    if (Object.keys(given).some((key) => !Object.hasOwn(shape, key)))
      throw new MessageError(`${where}: has a field that is not known`);
    const checked = Object.entries(shape)
      .map(([key, check]) => {
        const own = Object.hasOwn(given, key) ? given[key] : undefined;
        return [key, check(own, `${where}.${key}`)] as const;
      })
      .filter(([, field]) => field !== undefined);
    return Object.fromEntries(checked) as CheckedFields<F>;
  };

type Shapes = Readonly<Record<string, Check<object>>>;
export type Message<S extends Shapes> = {
  [K in keyof S & string]: { readonly type: K } & Checked<S[K]>;
}[keyof S & string];

/** Reads `{type, ...fields}` by a table of types. */
export const message =
  <S extends Shapes>(shapes: S) =>
  (value: unknown): Message<S> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new MessageError('a message is an object');
    const { type, ...rest } = value as Record<string, unknown>;
    const check = typeof type === 'string' && Object.hasOwn(shapes, type) ? shapes[type] : null;
    if (!check) throw new MessageError('a message has no type that is known');
    return { type, ...check(rest, String(type)) } as Message<S>;
  };
