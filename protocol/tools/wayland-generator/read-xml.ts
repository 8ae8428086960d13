import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import type {
  EnumDefinition,
  InterfaceDefinition,
  MessageDefinition,
} from '../../wayland/facts/definition.ts';
import type { ArgSpec, ArgType } from '../../wayland/types.ts';

type Node = { readonly [key: string]: unknown };

const repeated = new Set(['interface', 'request', 'event', 'enum', 'entry', 'arg']);
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  isArray: (name) => repeated.has(name),
});
const argTypes = new Set(['int', 'uint', 'fixed', 'string', 'object', 'new_id', 'array', 'fd']);

const children = (node: Node, tag: string) => (node[tag] ?? []) as Node[];

function attribute(node: Node, name: string): string {
  const value = node[`@${name}`];
  if (typeof value !== 'string') throw new Error(`attribute ${name} is missing`);
  return value;
}

const since = (node: Node) => Number(node['@since'] ?? 1);

function readArg(node: Node): ArgSpec {
  const type = attribute(node, 'type');
  if (!argTypes.has(type)) throw new Error(`unknown argument type ${type}`);
  const iface = node['@interface'];
  return {
    name: attribute(node, 'name'),
    type: type as ArgType,
    ...(typeof iface === 'string' ? { interface: iface } : {}),
    ...(node['@allow-null'] === 'true' ? { nullable: true } : {}),
  };
}

const readMessage =
  (mayDestruct: boolean) =>
  (node: Node): MessageDefinition => ({
    name: attribute(node, 'name'),
    since: since(node),
    args: children(node, 'arg').map(readArg),
    destructor: mayDestruct && node['@type'] === 'destructor',
  });

function readEnum(node: Node): EnumDefinition {
  const entries = children(node, 'entry').map((entry) => ({
    name: attribute(entry, 'name'),
    value: Number(attribute(entry, 'value')),
    since: since(entry),
  }));
  return { name: attribute(node, 'name'), entries };
}

/**
 * Reads the interfaces of one protocol file.
 * Only requests are taken as destructors: older XML does not mark events, so our facts do.
 */
export function readProtocolXml(file: string): InterfaceDefinition[] {
  const document = parser.parse(readFileSync(file, 'utf8')) as { protocol: Node };
  return children(document.protocol, 'interface').map((node) => ({
    name: attribute(node, 'name'),
    version: Number(attribute(node, 'version')),
    requests: children(node, 'request').map(readMessage(true)),
    events: children(node, 'event').map(readMessage(false)),
    enums: children(node, 'enum').map(readEnum),
  }));
}
