import type { ChannelSchema, EnumDef } from '../../schema/types.ts';
import { namedTypes } from './collect.ts';

/** Numbers of the wire protocol for C code: channels, message types, enums, flags, limits. */
export function generateHeader(
  channels: readonly ChannelSchema[],
  version: { readonly major: number; readonly minor: number },
): string {
  return `/* Generated from protocol/schema by protocol/tools/codec.ts. Do not edit. */
#ifndef WAYRAY_H
#define WAYRAY_H

#define WR_PROTOCOL_MAJOR ${version.major}
#define WR_PROTOCOL_MINOR ${version.minor}

enum wr_channel {
${channels.map((c) => `  WR_CHANNEL_${upper(c.name)} = ${c.id},`).join('\n')}
};

${channels.map(channelSource).join('\n')}
#endif
`;
}

function channelSource(channel: ChannelSchema): string {
  const name = upper(channel.name);
  const messages = channel.messages.map((m) => `  WR_${name}_${upper(m.name)} = ${m.id},`);
  return [
    `#define WR_${name}_MAX_MESSAGE_BYTES ${channel.maxMessageBytes}`,
    `#define WR_${name}_MAX_UNIT_BYTES ${channel.maxUnitBytes}`,
    `enum wr_${channel.name}_message {`,
    ...messages,
    '};',
    ...namedTypes(channel).enums.map(enumSource),
    ...channel.messages.flatMap((m) => m.fields.flatMap((f) => fieldDefines(upper(m.name), f))),
    '',
  ].join('\n');
}

function fieldDefines(message: string, field: ChannelSchema['messages'][0]['fields'][0]): string[] {
  if (field.type.kind === 'flags') {
    return field.type.bits.map((bit, i) => `#define WR_${message}_${upper(bit)} ${1 << i}`);
  }
  if (field.type.kind !== 'table') return [];
  return [`#define WR_${message}_${upper(field.name)}_STRIDE ${field.type.columns.length}`];
}

const enumSource = (def: EnumDef): string =>
  `enum wr_${snake(def.name)} {
${Object.entries(def.values)
  .map(([key, value]) => `  WR_${upper(def.name)}_${upper(key)} = ${value},`)
  .join('\n')}
};`;

const snake = (name: string): string => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
const upper = (name: string): string => snake(name).toUpperCase();
