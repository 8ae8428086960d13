import type { ArgSpec } from '../types.ts';

export interface MessageDefinition {
  readonly name: string;
  readonly since: number;
  readonly args: readonly ArgSpec[];
  readonly destructor: boolean;
}

export interface EnumEntry {
  readonly name: string;
  readonly value: number;
  readonly since: number;
}

export interface EnumDefinition {
  readonly name: string;
  readonly entries: readonly EnumEntry[];
}

export interface InterfaceDefinition {
  readonly name: string;
  readonly version: number;
  readonly requests: readonly MessageDefinition[];
  readonly events: readonly MessageDefinition[];
  readonly enums: readonly EnumDefinition[];
}

/** Facts stated the short way: what is left out is 1, empty or false. */
export interface Facts {
  readonly interface: string;
  readonly requests?: readonly MessageFacts[];
  readonly events?: readonly MessageFacts[];
  /** enum name -> entry name -> value, or [value, since] */
  readonly enums?: Readonly<
    Record<string, Readonly<Record<string, number | readonly [number, number]>>>
  >;
  /** Events after which the server destroys the object. */
  readonly destructorEvents?: readonly string[];
}

export interface MessageFacts {
  readonly name: string;
  readonly since?: number;
  readonly destructor?: boolean;
  readonly args?: readonly ArgSpec[];
}
