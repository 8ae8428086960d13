import type { ChannelSchema, EnumDef, FieldType, StructDef } from '../../schema/types.ts';

/** Enums and structs a channel uses, each once, structs after those they contain. */
export function namedTypes(channel: ChannelSchema): { enums: EnumDef[]; structs: StructDef[] } {
  const enums = new Map<string, EnumDef>();
  const structs = new Map<string, StructDef>();
  const visit = (type: FieldType): void => {
    if (type.kind === 'enum') enums.set(type.of.name, type.of);
    if (type.kind === 'list') visit(type.item);
    if (type.kind !== 'struct') return;
    for (const field of type.of.fields) visit(field.type);
    structs.set(type.of.name, type.of);
  };
  for (const message of channel.messages) for (const field of message.fields) visit(field.type);
  return { enums: [...enums.values()], structs: [...structs.values()] };
}

export const flagNames = (type: FieldType): readonly string[] =>
  type.kind === 'flags' ? type.bits : [];

/** Mistakes that would make two releases disagree; thrown when the generator runs. */
export function checkSchema(channels: readonly ChannelSchema[]): void {
  for (const channel of channels) {
    unique(
      channel.messages.map((m) => m.id),
      `message numbers of ${channel.name}`,
    );
    unique(
      channel.messages.map((m) => m.name),
      `message names of ${channel.name}`,
    );
    for (const message of [...channel.messages, ...namedTypes(channel).structs]) {
      unique(
        message.fields.flatMap((f) => [f.name, ...flagNames(f.type)]),
        `fields of ${message.name}`,
      );
      checkAppended(message);
      checkInitial(message);
    }
  }
  unique(
    channels.flatMap((c) => c.messages.map((m) => m.name)),
    'message names',
  );
}

function checkAppended(def: StructDef): void {
  const first = def.fields.findIndex((f) => f.initial !== undefined);
  if (first >= 0 && def.fields.slice(first).some((f) => f.initial === undefined)) {
    throw new Error(`${def.name}: a field without an initial value follows an appended one`);
  }
}

function checkInitial(def: StructDef): void {
  for (const f of def.fields) {
    if (f.initial !== undefined && (f.type.kind === 'flags' || f.type.kind === 'struct')) {
      throw new Error(`${def.name}.${f.name}: ${f.type.kind} cannot be appended`);
    }
  }
}

function unique(values: readonly unknown[], what: string): void {
  if (new Set(values).size !== values.length) throw new Error(`${what} are not unique: ${values}`);
}
