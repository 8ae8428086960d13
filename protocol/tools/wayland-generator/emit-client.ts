import type { InterfaceDefinition, MessageDefinition } from '../../wayland/facts/definition.ts';
import type { ArgSpec } from '../../wayland/types.ts';
import { banner, camel, type EmitContext, parameter, pascal, quote, scalarType } from './emit.ts';

const isObject = ({ type }: ArgSpec) => type === 'object' || type === 'new_id';

function argType(arg: ArgSpec, sent: boolean, context: EmitContext): string {
  if (!isObject(arg)) {
    const scalar = scalarType(arg, sent);
    return arg.nullable ? `${scalar} | null` : scalar;
  }
  const known = arg.interface !== undefined && context.fileOf.has(arg.interface);
  const base = known ? pascal(arg.interface ?? '') : 'RemoteBase';
  // What has ended here arrives as null, whatever the definition says.
  return arg.nullable || (!sent && arg.type === 'object') ? `${base} | null` : base;
}

const parameters = (args: readonly ArgSpec[], sent: boolean, context: EmitContext) =>
  args.map((arg) => `${parameter(arg.name)}: ${argType(arg, sent, context)}`).join(', ');

function emitEvents(definition: InterfaceDefinition, context: EmitContext): string {
  const methods = definition.events.map((event) => {
    const comment = event.destructor ? '  /** The object ends with it. */\n' : '';
    return `${comment}  ${camel(event.name)}?(${parameters(event.args, false, context)}): void;\n`;
  });
  return `export interface ${pascal(definition.name)}Events {\n${methods.join('')}}\n`;
}

function emitRequest(request: MessageDefinition, context: EmitContext): string {
  const made = request.args.find(({ type }) => type === 'new_id');
  const rest = request.args.filter((arg) => arg !== made);
  const result = made ? argType(made, true, context) : 'void';
  const notes = [];
  if (request.since > 1) notes.push(`Since version ${request.since}.`);
  if (request.destructor) notes.push('Destroys this object.');
  const comment = notes.length ? `  /** ${notes.join(' ')} */\n` : '';
  return `${comment}  ${camel(request.name)}(${parameters(rest, true, context)}): ${result};\n`;
}

function emitInterface(definition: InterfaceDefinition, context: EmitContext): string {
  const name = pascal(definition.name);
  const requests = definition.requests.map((request) => emitRequest(request, context)).join('');
  return `export const ${camel(definition.name)}: ClientInterface<${name}> = spec.${camel(definition.name)};

${emitEvents(definition, context)}
export interface ${name} extends TypedRemote<${name}Events> {
${requests}}
`;
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
  const types = ['ClientInterface', 'RemoteBase', 'TypedRemote'].filter((name) =>
    new RegExp(`\\b${name}\\b`).test(body),
  );
  const lines = [...byFile].map(
    ([file, names]) => `import type { ${[...names].sort().join(', ')} } from './${file}.ts';\n`,
  );
  return [
    `import type { ${types.join(', ')} } from '../types.ts';\n`,
    `import * as spec from ${quote(`../../generated/${context.file}.ts`)};\n`,
    ...lines,
  ].join('');
}

/** The TypeScript of one protocol as a client has it: requests are methods, events handlers. */
export function emitClientProtocol(
  definitions: readonly InterfaceDefinition[],
  context: EmitContext,
): string {
  const served = definitions.filter((definition) => !context.enumsOnly.has(definition.name));
  const body = served.map((definition) => emitInterface(definition, context)).join('\n');
  return `${banner}${emitImports(served, body, context)}\n${body}`;
}
