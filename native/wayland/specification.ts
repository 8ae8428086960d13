import type { RawArg, RawInterface, RawMessage } from './binding.d.ts';

export type ArgType = 'int' | 'uint' | 'fixed' | 'string' | 'object' | 'new_id' | 'array' | 'fd';

export interface ArgSpec {
  readonly name: string;
  readonly type: ArgType;
  readonly interface?: string;
  readonly nullable?: boolean;
}

export interface MessageSpec {
  readonly name: string;
  readonly since: number;
  readonly args: readonly ArgSpec[];
  /** A request destroys its object after the handler, an event once it is sent. */
  readonly destructor?: boolean;
}

export interface InterfaceSpec {
  readonly name: string;
  readonly version: number;
  readonly requests: readonly MessageSpec[];
  readonly events: readonly MessageSpec[];
}

/** An interface that knows, for the type checker, the type of its objects. */
export interface TypedSpec<Instance> extends InterfaceSpec {
  readonly instanceType?: Instance;
}

const letters: Readonly<Record<ArgType, string>> = {
  int: 'i',
  uint: 'u',
  fixed: 'f',
  string: 's',
  object: 'o',
  new_id: 'n',
  array: 'a',
  fd: 'h',
};

const rawArg = (arg: ArgSpec): RawArg => [
  letters[arg.type] ?? '?',
  arg.nullable === true,
  arg.interface ?? null,
];

const rawMessage = (message: MessageSpec): RawMessage => [
  message.name,
  message.since,
  message.destructor === true,
  message.args.map(rawArg),
];

export const rawInterface = (spec: InterfaceSpec): RawInterface => [
  spec.name,
  spec.version,
  spec.requests.map(rawMessage),
  spec.events.map(rawMessage),
];

/** set_buffer_scale -> setBufferScale */
export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
