/** The vocabulary in which the channels are described; `protocol/tools/codec.ts` turns it into code and documents. */

export type FieldType =
  | { readonly kind: 'u8' | 'u32' | 'uint' | 'uint53' | 'int' | 'bool' }
  | { readonly kind: 'enum'; readonly of: EnumDef }
  | { readonly kind: 'flags'; readonly bits: readonly string[] }
  | { readonly kind: 'string'; readonly maxBytes: number }
  | { readonly kind: 'blob'; readonly maxBytes: number }
  | { readonly kind: 'struct'; readonly of: StructDef }
  | { readonly kind: 'list'; readonly item: FieldType; readonly maxItems: number }
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly maxRows: number };

/**
 * How one column of a table row travels. `tagged` packs the row's tag (column 0) into its low three bits;
 * `delta` is the difference to the row before; `relative` the difference to another column of the same row.
 */
export type ColumnCoding =
  | { readonly kind: 'tag' }
  | { readonly kind: 'tagged' | 'uint' | 'delta' | 'u24' }
  | { readonly kind: 'relative'; readonly to: string };

export interface Column {
  readonly name: string;
  readonly doc: string;
  readonly max: number;
  /** The coding for every row, or one per tag value; tags that are not named carry no bytes and decode as 0. */
  readonly coding: ColumnCoding | Readonly<Record<number, ColumnCoding>>;
}

export interface EnumDef {
  readonly name: string;
  readonly doc: string;
  readonly values: Readonly<Record<string, number>>;
}

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly doc: string;
  /** Only fields that were appended after the first release have one: what a decoder assumes for an older peer. */
  readonly initial?: number | boolean | string;
}

export interface StructDef {
  readonly name: string;
  readonly doc: string;
  readonly fields: readonly Field[];
}

export interface MessageDef extends StructDef {
  readonly id: number;
}

export interface ChannelSchema {
  readonly name: string;
  readonly id: number;
  readonly doc: string;
  /** Longest message that travels on the channel's stream. */
  readonly maxMessageBytes: number;
  /** Longest one-way unit (a frame with its pixels); 0: the channel has none. */
  readonly maxUnitBytes: number;
  readonly messages: readonly MessageDef[];
}

export const u8: FieldType = { kind: 'u8' };
export const u32: FieldType = { kind: 'u32' };
export const uint: FieldType = { kind: 'uint' };
export const uint53: FieldType = { kind: 'uint53' };
export const int: FieldType = { kind: 'int' };
export const bool: FieldType = { kind: 'bool' };

export const enumOf = (
  name: string,
  doc: string,
  values: Readonly<Record<string, number>>,
): FieldType => ({ kind: 'enum', of: { name, doc, values } });
export const flags = (...bits: string[]): FieldType => ({ kind: 'flags', bits });
export const string = (maxBytes: number): FieldType => ({ kind: 'string', maxBytes });
export const blob = (maxBytes: number): FieldType => ({ kind: 'blob', maxBytes });
export const list = (item: FieldType, maxItems: number): FieldType => ({
  kind: 'list',
  item,
  maxItems,
});
export const struct = (of: StructDef): FieldType => ({ kind: 'struct', of });
export const table = (maxRows: number, columns: readonly Column[]): FieldType => ({
  kind: 'table',
  columns,
  maxRows,
});

export const field = (
  name: string,
  type: FieldType,
  doc: string,
  initial?: number | boolean | string,
): Field => (initial === undefined ? { name, type, doc } : { name, type, doc, initial });

export const message = (
  id: number,
  name: string,
  doc: string,
  fields: readonly Field[] = [],
): MessageDef => ({ id, name, doc, fields });
