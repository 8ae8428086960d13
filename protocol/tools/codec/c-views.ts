import type {
  ChannelSchema,
  Column,
  ColumnCoding,
  Field,
  FieldType,
  MessageDef,
  StructDef,
} from '../../schema/types.ts';
import { namedTypes } from './collect.ts';

/**
 * C code that reads messages to their end and finds the field `view` in them, for those who pass messages on without
 * JavaScript. It refuses what the TypeScript decoders refuse, in the same words.
 */
export function generateViews(channels: readonly ChannelSchema[]): {
  header: string;
  source: string;
} {
  const header = `/* Generated from protocol/schema by protocol/tools/codec.ts. Do not edit. */
/* clang-format off */
#pragma once

#include "reader.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Each reads a whole message. Returns its name, or NULL for a type that is not known or with a
 * problem. \`view\`: its field of that name, 0 if it has none. */
${channels.map((channel) => `${signature(channel)};`).join('\n')}

#ifdef __cplusplus
}
#endif
`;
  const source = `/* Generated from protocol/schema by protocol/tools/codec.ts. Do not edit. */
/* clang-format off */
#include "messages.h"

${channels.map(channelSource).join('\n')}`;
  return { header, source };
}

const signature = (channel: ChannelSchema): string =>
  `const char *wr_read_${channel.name}(struct wr_reader *r, uint32_t *view)`;

function channelSource(channel: ChannelSchema): string {
  const { structs } = namedTypes(channel);
  const cases = channel.messages.map(
    (m) => `  case ${m.id}:
    *view = read_${snake(m.name)}(r);
    return r->problem->code ? NULL : "${m.name}";`,
  );
  return `${[...structs.map(structSource), ...channel.messages.map(messageSource)].join('\n')}
${signature(channel)} {
  *view = 0;
  uint32_t id = wr_reader_u8(r, "${capital(channel.name)}Message");
  switch (id) {
${cases.join('\n')}
  default:
    return NULL;
  }
}
`;
}

const tables = (def: StructDef): string =>
  def.fields
    .map((f) => (f.type.kind === 'table' ? `${tableSource(def, f, f.type)}\n` : ''))
    .join('');

function structSource(def: StructDef): string {
  return `${tables(def)}static void read_${snake(def.name)}(struct wr_reader *r) {
  size_t outer = wr_reader_enter(r, "${def.name}");
${fieldLines(def)}
  wr_reader_leave(r, outer);
}
`;
}

function messageSource(def: MessageDef): string {
  const unused = def.fields.length > 0 ? '' : '  (void)r;\n';
  return `${tables(def)}static uint32_t read_${snake(def.name)}(struct wr_reader *r) {
  uint32_t view = 0;
${unused}${fieldLines(def)}
  return view;
}
`;
}

const fieldLines = (def: StructDef): string =>
  def.fields
    .map((f) => {
      const read = readField(f.type, `${def.name}.${f.name}`, `${def.name}${capital(f.name)}`);
      const line = f.name === 'view' && f.type.kind === 'uint' ? `view = ${read}` : read;
      return f.initial === undefined ? `  ${line}` : `  if (r->at < r->end)\n    ${line}`;
    })
    .join('\n');

function readField(type: FieldType, where: string, table: string): string {
  switch (type.kind) {
    case 'enum':
    case 'flags':
      return `wr_reader_u8(r, "${where}");`;
    case 'blob':
      return `wr_reader_blob(r, ${type.maxBytes}, "${where}");`;
    case 'struct':
      return `read_${snake(type.of.name)}(r);`;
    case 'list':
      return `for (uint32_t left = wr_reader_count(r, ${type.maxItems}, 1, "${where}"); left > 0; left--)
    ${readField(type.item, where, table)}`;
    case 'table':
      return `read_${snake(table)}(r);`;
    case 'string':
      throw new Error(`${where}: no C code reads text yet`);
    default:
      return `wr_reader_${type.kind}(r, "${where}");`;
  }
}

type Table = Extract<FieldType, { kind: 'table' }>;

const codingOf = (column: Column): ColumnCoding | null =>
  'kind' in column.coding ? (column.coding as ColumnCoding) : null;

/** As `tableReader` in table.ts says it in TypeScript. */
function tableSource(def: StructDef, f: Field, table: Table): string {
  const where = `"${def.name}.${f.name}"`;
  const check = (value: string, max: number): string =>
    `wr_reader_check_cell(r, ${value}, ${max}, ${where})`;
  const of = (kind: string): Column =>
    table.columns.find((c) => codingOf(c)?.kind === kind) as Column;
  const plain = table.columns.filter((c) => ['uint', 'delta'].includes(codingOf(c)?.kind ?? ''));
  const deltas = plain.filter((c) => codingOf(c)?.kind === 'delta');
  const tagged = table.columns.filter((c) => codingOf(c) === null);
  const tags = [...new Set(tagged.flatMap((c) => Object.keys(c.coding)))];
  const cells = plain.map((c) =>
    codingOf(c)?.kind === 'delta'
      ? `    ${c.name} = ${check(`${c.name} + wr_reader_int(r, ${where})`, c.max)};`
      : `    ${check(`wr_reader_uint(r, ${where})`, c.max)};`,
  );
  const cases = tags.flatMap((tag) => [
    `    case ${tag}:`,
    ...tagged.flatMap((c) => {
      const coding = (c.coding as Readonly<Record<string, ColumnCoding>>)[tag];
      return coding ? [`      ${check(readCell(coding, where), c.max)};`] : [];
    }),
    '      break;',
  ]);
  return `static void read_${snake(def.name + capital(f.name))}(struct wr_reader *r) {
  uint32_t left = wr_reader_count(r, ${table.maxRows}, ${1 + plain.length}, ${where});
  int64_t ${deltas.map((c) => `${c.name} = 0`).join(', ')};
  for (; left > 0 && !r->problem->code; left--) {
    uint32_t head = wr_reader_uint(r, ${where});
    int64_t tag = ${check('head & 7', of('tag').max)};
    ${check('head >> 3', of('tagged').max)};
${cells.join('\n')}
    switch (tag) {
${cases.join('\n')}
    }
  }
}
`;
}

function readCell(coding: ColumnCoding, where: string): string {
  if (coding.kind === 'relative') return `${coding.to} + wr_reader_int(r, ${where})`;
  return coding.kind === 'u24' ? `wr_reader_u24(r, ${where})` : `wr_reader_uint(r, ${where})`;
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const snake = (name: string): string => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
