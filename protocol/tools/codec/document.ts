import type {
  ChannelSchema,
  Column,
  ColumnCoding,
  Field,
  FieldType,
  StructDef,
} from '../../schema/types.ts';
import { namedTypes } from './collect.ts';

/** The reference part of docs/wire-protocol.md; `preface` is the hand-written part. */
export function generateDocument(channels: readonly ChannelSchema[], preface: string): string {
  const table = channels.map(
    (c) =>
      `| ${c.id} | ${c.name} | ${c.maxMessageBytes} | ${c.maxUnitBytes || 'none'} | ${c.doc} |`,
  );
  return `${preface.trim()}

## Channels
| number | name | longest message, bytes | longest unit, bytes | purpose |
|---|---|---|---|---|
${table.join('\n')}

${channels.map(channelSection).join('\n')}`;
}

function channelSection(channel: ChannelSchema): string {
  const { enums, structs } = namedTypes(channel);
  return [
    `## Channel ${channel.id}: ${channel.name}`,
    channel.doc,
    '',
    ...channel.messages.flatMap((m) => [
      `### ${channel.id}.${m.id} ${m.name}`,
      m.doc,
      '',
      ...fieldTable(m),
    ]),
    ...structs.flatMap((s) => [`### struct ${s.name}`, s.doc, '', ...fieldTable(s)]),
    ...enums.flatMap((e) => [
      `### enum ${e.name}`,
      e.doc,
      '',
      Object.entries(e.values)
        .map(([key, value]) => `${value} ${key}`)
        .join(' · '),
      '',
    ]),
  ].join('\n');
}

function fieldTable(def: StructDef): string[] {
  if (def.fields.length === 0) return ['No fields.', ''];
  const tables = def.fields.flatMap((f) =>
    f.type.kind === 'table' ? columnTable(f.name, f.type.columns) : [],
  );
  return [
    '| field | type | meaning |',
    '|---|---|---|',
    ...def.fields.map((f) => `| ${f.name} | ${typeText(f.type)} | ${meaning(f)} |`),
    '',
    ...tables,
  ];
}

const meaning = (f: Field): string =>
  f.initial === undefined ? f.doc : `${f.doc}; ${JSON.stringify(f.initial)} when the peer is older`;

function typeText(type: FieldType): string {
  switch (type.kind) {
    case 'enum':
      return `u8 ${type.of.name}`;
    case 'flags':
      return `u8 bits: ${type.bits.map((bit, i) => `${i} ${bit}`).join(', ')}`;
    case 'string':
    case 'blob':
      return `${type.kind}, at most ${type.maxBytes} bytes`;
    case 'struct':
      return type.of.name;
    case 'list':
      return `list of ${typeText(type.item)}, at most ${type.maxItems}`;
    case 'table':
      return `table, at most ${type.maxRows} rows`;
    default:
      return type.kind;
  }
}

function columnTable(name: string, columns: readonly Column[]): string[] {
  return [
    `Columns of \`${name}\`:`,
    '',
    '| column | coding | greatest value | meaning |',
    '|---|---|---|---|',
    ...columns.map((c) => `| ${c.name} | ${codingText(c)} | ${c.max} | ${c.doc} |`),
    '',
  ];
}

function codingText(column: Column): string {
  if ('kind' in column.coding) return oneCoding(column.coding as ColumnCoding);
  return Object.entries(column.coding)
    .map(([tag, coding]) => `tag ${tag}: ${oneCoding(coding)}`)
    .join('; ');
}

const oneCoding = (coding: ColumnCoding): string =>
  coding.kind === 'relative' ? `int, relative to ${coding.to}` : coding.kind;
