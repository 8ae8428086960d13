import type { Column, ColumnCoding, FieldType } from '../../schema/types.ts';

type Table = Extract<FieldType, { kind: 'table' }>;

/**
 * A row is written as: varint(tagged column << 3 | tag), then the columns that every row has, in order, then
 * those of the row's tag.
 */

const single = (column: Column): ColumnCoding | null =>
  'kind' in column.coding ? (column.coding as ColumnCoding) : null;

const byTag = (column: Column): Readonly<Record<number, ColumnCoding>> =>
  single(column) === null ? (column.coding as Readonly<Record<number, ColumnCoding>>) : {};

const tagColumn = (table: Table): Column => find(table, 'tag');
const taggedColumn = (table: Table): Column => find(table, 'tagged');

function find(table: Table, kind: string): Column {
  const column = table.columns.find((c) => single(c)?.kind === kind);
  if (column === undefined) throw new Error(`table without a ${kind} column`);
  return column;
}

const plainColumns = (table: Table): Column[] =>
  table.columns.filter((c) => !['tag', 'tagged', undefined].includes(single(c)?.kind));

const deltaColumns = (table: Table): Column[] =>
  table.columns.filter((c) => single(c)?.kind === 'delta');

const tagsWithColumns = (table: Table): number[] => [
  ...new Set(table.columns.flatMap((c) => Object.keys(byTag(c)).map(Number))),
];

export const tableBound = (table: Table, value: string): string =>
  `(${value}.length / ${table.columns.length}) * ${table.columns.length * 5}`;

export function tableWriter(table: Table, value: string, where: string, indent: string): string {
  const stride = table.columns.length;
  const tag = tagColumn(table).name;
  const cells = table.columns.map((c, i) => `  const ${c.name} = rows[i + ${i}] as number;`);
  const checks = table.columns
    .filter((c) => single(c) !== null)
    .map((c) => `(${c.name} >>> 0) > ${c.max}`);
  const lines = [
    `const rows = ${value};`,
    `if (rows.length % ${stride} !== 0) throw new ProtocolError('out-of-range', '${where}', 'incomplete row');`,
    `at = putCount(out, at, rows.length / ${stride}, ${table.maxRows}, '${where}');`,
    ...deltaColumns(table).map((c) => `let ${c.name}Before = 0;`),
    `for (let i = 0; i < rows.length; i += ${stride}) {`,
    ...cells,
    `  if (${checks.join(' || ')}) {`,
    `    throw new ProtocolError('out-of-range', '${where}', \`cannot encode row \${i / ${stride}}\`);`,
    '  }',
    `  at = putVarint(out, at, (${taggedColumn(table).name} << 3) | ${tag});`,
    ...plainColumns(table).map((c) => `  ${writeCell(c, single(c) as ColumnCoding)}`),
    `  switch (${tag}) {`,
    ...tagsWithColumns(table).flatMap((value) => [
      `    case ${value}:`,
      ...table.columns.flatMap((c) => tagCell(c, value, where)),
      '      break;',
    ]),
    '  }',
    ...deltaColumns(table).map((c) => `  ${c.name}Before = ${c.name};`),
    '}',
  ];
  return lines.map((line) => indent + line).join('\n');
}

function tagCell(column: Column, tag: number, where: string): string[] {
  const coding = byTag(column)[tag];
  if (coding === undefined) return [];
  return [
    `      if ((${column.name} >>> 0) > ${column.max}) throw new ProtocolError('out-of-range', '${where}', 'cannot encode ${column.name}');`,
    `      ${writeCell(column, coding)}`,
  ];
}

function writeCell(column: Column, coding: ColumnCoding): string {
  switch (coding.kind) {
    case 'u24':
      return `at = putU24(out, at, ${column.name});`;
    case 'delta':
      return `at = putZigzag(out, at, ${column.name} - ${column.name}Before);`;
    case 'relative':
      return `at = putZigzag(out, at, ${column.name} - ${coding.to});`;
    default:
      return `at = putVarint(out, at, ${column.name});`;
  }
}

export function tableReader(table: Table, name: string, where: string): string {
  const stride = table.columns.length;
  const tag = tagColumn(table);
  const tagged = taggedColumn(table);
  const optional = table.columns.filter((c) => single(c) === null);
  return `function ${name}(r: Reader): Int32Array {
  const count = r.count(${table.maxRows}, ${1 + plainColumns(table).length}, '${where}');
  const rows = new Int32Array(count * ${stride});
${deltaColumns(table)
  .map((c) => `  let ${c.name} = 0;`)
  .join('\n')}
  for (let i = 0; i < rows.length; i += ${stride}) {
    const head = r.uint('${where}');
    const ${tag.name} = checkCell(head & 7, ${tag.max}, '${where}');
    const ${tagged.name} = checkCell(head >>> 3, ${tagged.max}, '${where}');
${plainColumns(table)
  .map((c) => `    ${readPlain(c, where)}`)
  .join('\n')}
    rows[i] = ${tag.name};
${table.columns
  .map((c, i) => (single(c) === null || i === 0 ? '' : `    rows[i + ${i}] = ${c.name};\n`))
  .join('')}    switch (${tag.name}) {
${tagsWithColumns(table)
  .map(
    (value) => `      case ${value}:
${optional.map((c) => readOptional(table, c, value, where)).join('')}        break;`,
  )
  .join('\n')}
    }
  }
  return rows;
}`;
}

function readPlain(column: Column, where: string): string {
  const coding = single(column) as ColumnCoding;
  if (coding.kind === 'delta') {
    return `${column.name} = checkCell(${column.name} + r.int('${where}'), ${column.max}, '${where}');`;
  }
  return `const ${column.name} = checkCell(r.uint('${where}'), ${column.max}, '${where}');`;
}

function readOptional(table: Table, column: Column, tag: number, where: string): string {
  const coding = byTag(column)[tag];
  if (coding === undefined) return '';
  const raw =
    coding.kind === 'u24'
      ? `r.u24('${where}')`
      : coding.kind === 'relative'
        ? `${coding.to} + r.int('${where}')`
        : `r.uint('${where}')`;
  return `        rows[i + ${table.columns.indexOf(column)}] = checkCell(${raw}, ${column.max}, '${where}');\n`;
}
