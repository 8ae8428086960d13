/** What we use of JSON Schema. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly maxLength?: number;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Schema;
  readonly description?: string;
}

type Content = { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> };

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The routes by their tags, and the models they speak of. */
export function markdownOf({ paths, components }: Document): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? ''))];
  const groups = tags.map((tag) => {
    const own = operations.filter(({ operation }) => operation.tags?.[0] === tag);
    const routes = own.map(({ path, method, operation }) => route(path, method, operation));
    return `## ${tag[0]?.toUpperCase()}${tag.slice(1)}\n\n${routes.join('\n')}`;
  });
  const models = Object.entries(components.schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => `### ${nameOf(name)}\n\n${fields(schema)}`);
  return [...groups, `## Models\n\n${models.join('\n')}`].join('\n');
}

function route(path: string, method: string, operation: Operation): string {
  const { summary = '', parameters = [], requestBody, responses } = operation;
  const body = Object.values(requestBody?.content ?? {})[0]?.schema;
  const rows = [
    ...parameters.map((one) => row(one.name, one.in, one.required, one.schema, one.description)),
    ...(body ? [row('body', 'body', true, body, '')] : []),
  ];
  const taken = rows.length === 0 ? '' : `\n${HEAD}${rows.join('')}`;
  const [status = '', answer = {}] = Object.entries(responses)[0] ?? [];
  const schema = Object.values(answer.content ?? {})[0]?.schema;
  const given = status === '204' || !schema ? 'nothing' : typeOf(schema);
  const code = status === '2XX' ? '200' : status;
  return `### \`${method.toUpperCase()} ${path}\`\n\n${summary}.\n${taken}\nAnswers ${code}: ${given}.\n`;
}

const HEAD = '| | where | type | |\n| --- | --- | --- | --- |\n';

function row(name: string, where: string, required: boolean, schema: Schema, text = ''): string {
  const words = [text || schema.description || '', required ? '' : 'may be absent'];
  return `| \`${name}\` | ${where} | ${typeOf(schema)} | ${words.filter(Boolean).join('; ')} |\n`;
}

function fields({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(([name, schema]) => {
    const words = [schema.description ?? '', required.includes(name) ? '' : 'may be absent'];
    return `| \`${name}\` | ${typeOf(schema)} | ${words.filter(Boolean).join('; ')} |\n`;
  });
  return `| | type | |\n| --- | --- | --- |\n${rows.join('')}`;
}

/** A type as people say it. */
function typeOf(schema: Schema): string {
  const { $ref, anyOf, items, properties, type } = schema;
  if ($ref) {
    const name = nameOf($ref.split('/').at(-1) ?? '');
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(' ');
  if (items) return `list of ${typeOf(items)}`;
  if (properties) {
    const inner = Object.entries(properties).map(([name, one]) => `\`${name}\`: ${typeOf(one)}`);
    return `{ ${inner.join(', ')} }`;
  }
  if (typeof type === 'string') return wordFor(type);
  return type ? type.map(wordFor).join(' or ') : 'lines of JSON';
}

const WORDS: Readonly<Record<string, string>> = { string: 'text', integer: 'whole number' };
const wordFor = (type: string): string => WORDS[type] ?? type;

/** A model that is only sent has the same name as one that is only answered. */
const nameOf = (name: string): string => name.replace(/Input$/, '');
