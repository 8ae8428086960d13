import type {
  ChannelSchema,
  EnumDef,
  Field,
  FieldType,
  MessageDef,
  StructDef,
} from '../../schema/types.ts';
import { flagNames, namedTypes } from './collect.ts';
import { tableBound, tableReader, tableWriter } from './table.ts';

/** The TypeScript codec of one channel. `runtime` and `errors` are the import paths of protocol/codec and protocol/errors.ts, seen from the output. */
export function generateTypeScript(
  channel: ChannelSchema,
  runtime: string,
  errors: string,
): string {
  const { enums, structs } = namedTypes(channel);
  const name = capital(channel.name);
  const body = [
    `export const ${channel.name}MaxMessageBytes = ${channel.maxMessageBytes};`,
    `export const ${channel.name}MaxUnitBytes = ${channel.maxUnitBytes};`,
    ...enums.map(enumSource),
    ...structs.map((def) => interfaceSource(def)),
    ...channel.messages.map((def) => interfaceSource(def, def.name)),
    unionSource(name, channel.messages),
    messageIds(name, channel.messages),
    ...tableConstants(channel.messages),
    encodeSource(name, channel.messages),
    decodeSource(name, channel.messages),
    ...structs.flatMap((def) => [boundSource(def), writerSource(def), structReader(def)]),
    ...channel.messages.flatMap((def) => [
      boundSource(def),
      messageWriter(def),
      messageReader(def),
    ]),
  ].join('\n\n');
  return `${banner(channel, runtime, errors, body)}\n${body}\n`;
}

function banner(channel: ChannelSchema, runtime: string, errors: string, body: string): string {
  const puts = [...new Set(body.match(/\b(?:put[A-Z]\w*|closeStruct|utf8Length)\b/g) ?? [])].sort();
  const checks = ['checkCell', 'readList'].filter((name) => body.includes(`${name}(`));
  const error = body.includes('new ProtocolError')
    ? `import { ProtocolError } from '${errors}';\n`
    : '';
  return `// Generated from the schema of channel ${channel.name} by protocol/tools/codec.ts. Do not edit.
${error}import { ${[...checks, 'type Reader', 'reader', 'type UnknownMessage'].join(', ')} } from '${runtime}/reader.ts';
import { slab } from '${runtime}/slab.ts';
import { ${puts.join(', ')} } from '${runtime}/write.ts';
`;
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

function enumSource(def: EnumDef): string {
  const values = Object.entries(def.values).map(([key, value]) => `  ${key}: ${value},`);
  return `/** ${def.doc} */
export const ${def.name} = {
${values.join('\n')}
} as const;
export type ${def.name} = (typeof ${def.name})[keyof typeof ${def.name}];`;
}

function interfaceSource(def: StructDef, type?: string): string {
  const lines = def.fields.flatMap((f) =>
    f.type.kind === 'flags'
      ? [`  /** ${f.doc} */`, ...f.type.bits.map((bit) => `  readonly ${bit}: boolean;`)]
      : [`  /** ${fieldDoc(f)} */`, `  readonly ${f.name}: ${typeOf(f.type)};`],
  );
  const tag = type === undefined ? [] : [`  readonly type: '${type}';`];
  return `/** ${def.doc} */\nexport interface ${def.name} {\n${[...tag, ...lines].join('\n')}\n}`;
}

function fieldDoc(f: Field): string {
  if (f.type.kind === 'enum')
    return `${f.doc}; ${f.type.of.name}, newer peers may send other values`;
  if (f.type.kind === 'table') {
    return `${f.doc}; rows of ${f.type.columns.length}: ${f.type.columns.map((c) => c.name).join(', ')}`;
  }
  return f.doc;
}

function typeOf(type: FieldType): string {
  switch (type.kind) {
    case 'bool':
      return 'boolean';
    case 'string':
      return 'string';
    case 'blob':
      return 'Uint8Array';
    case 'table':
      return 'Int32Array';
    case 'struct':
      return type.of.name;
    case 'list':
      return `readonly ${typeOf(type.item)}[]`;
    default:
      return 'number';
  }
}

const unionSource = (name: string, messages: readonly MessageDef[]): string =>
  `export type ${name}Message =\n${messages.map((m) => `  | ${m.name}`).join('\n')};`;

const messageIds = (name: string, messages: readonly MessageDef[]): string =>
  `/** First byte of each message. */\nexport const ${name}MessageId = {\n${messages
    .map((m) => `  ${m.name}: ${m.id},`)
    .join('\n')}\n} as const;`;

function tableConstants(messages: readonly MessageDef[]): string[] {
  return messages.flatMap((m) =>
    m.fields.flatMap((f) =>
      f.type.kind === 'table'
        ? [
            `/** Numbers per row of ${m.name}.${f.name}. */\nexport const ${constantCase(m.name)}_${constantCase(f.name)}_STRIDE = ${f.type.columns.length};`,
          ]
        : [],
    ),
  );
}

const constantCase = (name: string): string =>
  name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();

function encodeSource(name: string, messages: readonly MessageDef[]): string {
  const cases = messages.map(
    (m) => `    case '${m.name}':
      slab.reserve(bound${m.name}(message));
      return slab.take(write${m.name}(slab.bytes, slab.at, message));`,
  );
  return `/** The bytes are the caller's to keep and never change. Throws ProtocolError for a value that does not fit its field. */
export function encode${name}(message: ${name}Message): Uint8Array {
  switch (message.type) {
${cases.join('\n')}
  }
}`;
}

function decodeSource(name: string, messages: readonly MessageDef[]): string {
  const cases = messages.map((m) => `      case ${m.id}:\n        return read${m.name}(reader);`);
  return `/** Blobs are views into \`bytes\`. Throws nothing but ProtocolError. */
export function decode${name}(bytes: Uint8Array): ${name}Message | UnknownMessage {
  reader.start(bytes);
  try {
    const id = reader.u8('${name}Message');
    switch (id) {
${cases.join('\n')}
      default:
        return { type: 'unknown', id };
    }
  } finally {
    reader.finish();
  }
}`;
}

/** Upper bound of the encoded size, so that writers need not check for room. */
function boundSource(def: StructDef): string {
  const constant = 4 + def.fields.reduce((sum, f) => sum + fixedBound(f.type), 0);
  const terms = def.fields.flatMap((f) => variableBound(f.type, `m.${f.name}`));
  const loops = def.fields.flatMap((f) => loopBound(f));
  const used = terms.length + loops.length > 0;
  const head = `function bound${def.name}(${used ? 'm' : '_m'}: ${def.name}): number {`;
  if (loops.length === 0) return `${head}\n  return ${[constant, ...terms].join(' + ')};\n}`;
  return `${head}\n  let bound = ${[constant, ...terms].join(' + ')};\n${loops.join('\n')}\n  return bound;\n}`;
}

function fixedBound(type: FieldType): number {
  switch (type.kind) {
    case 'u8':
    case 'bool':
    case 'enum':
    case 'flags':
      return 1;
    case 'u32':
      return 4;
    case 'uint53':
      return 8;
    default:
      return 5;
  }
}

function variableBound(type: FieldType, value: string): string[] {
  switch (type.kind) {
    case 'string':
      return [`${value}.length * 3`];
    case 'blob':
      return [`${value}.length`];
    case 'struct':
      return [`bound${type.of.name}(${value})`];
    case 'table':
      return [tableBound(type, value)];
    default:
      return [];
  }
}

function loopBound(f: Field): string[] {
  if (f.type.kind !== 'list') return [];
  const terms = [fixedBound(f.type.item), ...variableBound(f.type.item, 'item')].join(' + ');
  return [`  for (const item of m.${f.name}) bound += ${terms};`];
}

function messageWriter(def: MessageDef): string {
  const used = def.fields.length > 0;
  return `function write${def.name}(out: Uint8Array, from: number, ${used ? 'm' : '_m'}: ${def.name}): number {
  out[from] = ${def.id};
${writeFields(def, 'from + 1')}
}`;
}

const writerSource = (def: StructDef): string =>
  `function write${def.name}(out: Uint8Array, from: number, m: ${def.name}): number {
${writeFields(def, 'from')}
}`;

function writeFields(def: StructDef, first: string): string {
  if (def.fields.length === 0) return `  return ${first};`;
  const lines = def.fields.map((f) =>
    writeField(f.type, `m.${f.name}`, `${def.name}.${f.name}`, '  '),
  );
  return `  let at = ${first};\n${lines.join('\n')}\n  return at;`;
}

function writeField(type: FieldType, value: string, where: string, indent: string): string {
  const put = (name: string, ...rest: (string | number)[]): string =>
    `${indent}at = ${name}(out, at, ${[value, ...rest, `'${where}'`].join(', ')});`;
  switch (type.kind) {
    case 'u8':
    case 'enum':
      return put('putU8');
    case 'u32':
      return put('putU32');
    case 'uint':
      return put('putUint');
    case 'uint53':
      return put('putUint53');
    case 'int':
      return put('putInt');
    case 'bool':
      return `${indent}out[at++] = ${value} ? 1 : 0;`;
    case 'flags':
      return `${indent}out[at++] = ${type.bits.map((bit, i) => `(m.${bit} ? ${1 << i} : 0)`).join(' | ')};`;
    case 'string':
      return put('putString', type.maxBytes);
    case 'blob':
      return put('putBlob', type.maxBytes);
    case 'struct':
      return `${indent}at = closeStruct(out, at + 1, write${type.of.name}(out, at + 1, ${value}));`;
    case 'list':
      return `${indent}at = putCount(out, at, ${value}.length, ${type.maxItems}, '${where}');
${indent}for (const item of ${value}) {
${writeField(type.item, 'item', where, `${indent}  `)}
${indent}}`;
    case 'table':
      return tableWriter(type, value, where, indent);
  }
}

const messageReader = (def: MessageDef): string =>
  `function read${def.name}(${def.fields.length > 0 ? 'r' : '_r'}: Reader): ${def.name} {
  return { ${[`type: '${def.name}'`, ...readFields(def)].join(', ')} };
}${tableReaders(def)}`;

function structReader(def: StructDef): string {
  return `function read${def.name}(r: Reader): ${def.name} {
  const outer = r.enter('${def.name}');
  const value = { ${readFields(def).join(', ')} };
  r.leave(outer);
  return value;
}${tableReaders(def)}`;
}

function readFields(def: StructDef): string[] {
  return def.fields.flatMap((f) => {
    const where = `${def.name}.${f.name}`;
    const read = readField(f.type, where, def.name, f.name);
    if (f.type.kind === 'flags') return readFlags(f, where);
    if (f.initial === undefined) return [`${f.name}: ${read}`];
    return [`${f.name}: r.at < r.end ? ${read} : ${initialOf(f)}`];
  });
}

/** An empty string stands for an empty list, blob or table too. */
function initialOf(f: Field): string {
  if (f.type.kind === 'list') return '[]';
  if (f.type.kind === 'blob') return 'new Uint8Array(0)';
  if (f.type.kind === 'table') return 'new Int32Array(0)';
  return JSON.stringify(f.initial);
}

/** The first bit reads the byte and the others look at it again: properties are evaluated in order. */
function readFlags(f: Field, where: string): string[] {
  return flagNames(f.type).map((bit, i) => {
    const byte = i === 0 ? `r.u8('${where}')` : '(r.bytes[r.at - 1] as number)';
    return `${bit}: (${byte} & ${1 << i}) !== 0`;
  });
}

function readField(type: FieldType, where: string, owner: string, name: string): string {
  switch (type.kind) {
    case 'enum':
    case 'flags':
      return `r.u8('${where}')`;
    case 'string':
    case 'blob':
      return `r.${type.kind}(${type.maxBytes}, '${where}')`;
    case 'struct':
      return `read${type.of.name}(r)`;
    case 'list':
      return `readList(r, ${type.maxItems}, '${where}', (r) => ${readField(type.item, where, owner, name)})`;
    case 'table':
      return `read${owner}${capital(name)}(r)`;
    default:
      return `r.${type.kind}('${where}')`;
  }
}

const tableReaders = (def: StructDef): string =>
  def.fields
    .map((f) =>
      f.type.kind === 'table'
        ? `\n\n${tableReader(f.type, `read${def.name}${capital(f.name)}`, `${def.name}.${f.name}`)}`
        : '',
    )
    .join('');
