import type {
  EnumDefinition,
  InterfaceDefinition,
  MessageDefinition,
} from '../../wayland/facts/definition.ts';
import type { ArgSpec } from '../../wayland/types.ts';

const reserved = new Set([
  'interface',
  'class',
  'default',
  'delete',
  'enum',
  'export',
  'function',
  'in',
  'new',
  'switch',
]);

export const pascal = (name: string) =>
  name
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

export function camel(name: string): string {
  const joined = pascal(name);
  return joined.charAt(0).toLowerCase() + joined.slice(1);
}

export const quote = (text: string) => `'${text}'`;
export const parameter = (name: string) => (reserved.has(name) ? `${name}_` : camel(name));
const enumKey = (name: string) => (/^\d/.test(name) ? `_${camel(name)}` : camel(name));

/** One generated file's interfaces, and which of all interfaces are generated and where. */
export interface EmitContext {
  readonly file: string;
  readonly fileOf: ReadonlyMap<string, string>;
  readonly enumsOnly: ReadonlySet<string>;
}

export function scalarType(arg: ArgSpec, sent: boolean): string {
  switch (arg.type) {
    case 'string':
      return 'string';
    case 'array':
      return sent ? 'ArrayBufferView' : 'Uint8Array';
    default:
      return 'number';
  }
}

function argType(arg: ArgSpec, sent: boolean, context: EmitContext): string {
  if (arg.type === 'new_id' && !arg.interface)
    throw new Error(`${arg.name}: new_id without interface`);
  const isObject = arg.type === 'object' || arg.type === 'new_id';
  const known = arg.interface !== undefined && context.fileOf.has(arg.interface);
  const instance = known ? pascal(arg.interface ?? '') : 'ResourceBase';
  const base = isObject ? instance : scalarType(arg, sent);
  return arg.nullable ? `${base} | null` : base;
}

const parameters = (message: MessageDefinition, sent: boolean, context: EmitContext) =>
  message.args.map((arg) => `${parameter(arg.name)}: ${argType(arg, sent, context)}`).join(', ');

function emitArg(arg: ArgSpec): string {
  const fields = [`name: ${quote(arg.name)}`, `type: ${quote(arg.type)}`];
  if (arg.interface) fields.push(`interface: ${quote(arg.interface)}`);
  if (arg.nullable) fields.push('nullable: true');
  return `{ ${fields.join(', ')} }`;
}

function emitMessage(message: MessageDefinition): string {
  const args = message.args.map((arg) => `\n        ${emitArg(arg)},`).join('');
  const list = args ? `[${args}\n      ]` : '[]';
  const ending = message.destructor ? ' destructor: true,' : '';
  return `    { name: ${quote(message.name)}, since: ${message.since},${ending} args: ${list} },\n`;
}

function emitSpec(definition: InterfaceDefinition): string {
  const list = (messages: readonly MessageDefinition[]) =>
    messages.length ? `[\n${messages.map(emitMessage).join('')}  ]` : '[]';
  return `export const ${camel(definition.name)}: TypedInterface<${pascal(definition.name)}> = {
  name: ${quote(definition.name)},
  version: ${definition.version},
  requests: ${list(definition.requests)},
  events: ${list(definition.events)},
};
`;
}

function emitEnum(owner: string, item: EnumDefinition): string {
  const name = pascal(owner) + pascal(item.name);
  const entries = item.entries
    .map((entry) => `  ${enumKey(entry.name)}: ${entry.value},\n`)
    .join('');
  return `export const ${name} = {\n${entries}} as const;
export type ${name} = (typeof ${name})[keyof typeof ${name}];
`;
}

function emitRequests(definition: InterfaceDefinition, context: EmitContext): string {
  const methods = definition.requests.map((request) => {
    const optional = request.destructor ? '?' : '';
    return `  ${camel(request.name)}${optional}(${parameters(request, false, context)}): void;\n`;
  });
  return `export interface ${pascal(definition.name)}Requests {\n${methods.join('')}}\n`;
}

function emitInstance(definition: InterfaceDefinition, context: EmitContext): string {
  const name = pascal(definition.name);
  const shm =
    definition.name === 'wl_buffer'
      ? '  /** Null for a buffer that is not shared memory. */\n  readonly shm: ShmBuffer | null;\n'
      : '';
  const methods = definition.events.map((event) => {
    const notes = [];
    if (event.since > 1) notes.push(`Since version ${event.since}: dropped for an older object.`);
    if (event.destructor) notes.push('Destroys this object.');
    const comment = notes.length ? `  /** ${notes.join(' ')} */\n` : '';
    return `${comment}  send${pascal(event.name)}(${parameters(event, true, context)}): void;\n`;
  });
  return `export interface ${name} extends TypedResource<${name}Requests> {\n${shm}${methods.join('')}}\n`;
}

function emitImports(
  definitions: readonly InterfaceDefinition[],
  body: string,
  context: EmitContext,
): string {
  const byFile = new Map<string, Set<string>>();
  for (const { requests, events } of definitions) {
    for (const arg of [...requests, ...events].flatMap((message) => message.args)) {
      const file = arg.interface === undefined ? undefined : context.fileOf.get(arg.interface);
      if (!file || file === context.file) continue;
      byFile.set(file, (byFile.get(file) ?? new Set()).add(pascal(arg.interface ?? '')));
    }
  }
  const types = ['ResourceBase', 'ShmBuffer', 'TypedInterface', 'TypedResource'].filter((name) =>
    new RegExp(`\\b${name}\\b`).test(body),
  );
  const lines = [...byFile].map(
    ([file, names]) => `import type { ${[...names].sort().join(', ')} } from './${file}.ts';\n`,
  );
  return [`import type { ${types.join(', ')} } from '../types.ts';\n`, ...lines].join('');
}

export const banner =
  '// Generated by protocol/tools/wayland.ts from protocol definitions; do not edit.\n';

/** The TypeScript of one protocol: specs, enums, handler and object types. */
export function emitProtocol(
  definitions: readonly InterfaceDefinition[],
  context: EmitContext,
): string {
  const served = definitions.filter((definition) => !context.enumsOnly.has(definition.name));
  const parts = definitions.flatMap((definition) => {
    const enums = definition.enums.map((item) => emitEnum(definition.name, item));
    if (context.enumsOnly.has(definition.name)) return enums;
    return [
      emitSpec(definition),
      ...enums,
      emitRequests(definition, context),
      emitInstance(definition, context),
    ];
  });
  const body = parts.join('\n');
  return `${banner}${emitImports(served, body, context)}\n${body}`;
}

/** Everything of all protocols in one place, and the list that a display is made with. */
export function emitIndex(files: ReadonlyMap<string, readonly string[]>): string {
  const names = [...files];
  const imports = names.map(
    ([file, list]) => `import { ${list.map(camel).join(', ')} } from './${file}.ts';\n`,
  );
  const exports = names.map(([file]) => `export * from './${file}.ts';\n`);
  const list = names.flatMap(([, interfaces]) => interfaces.map((name) => `  ${camel(name)},\n`));
  return `${banner}import type { InterfaceSpec } from '../types.ts';
${imports.join('')}
${exports.join('')}
export const allInterfaces: readonly InterfaceSpec[] = [
${list.join('')}];
`;
}
