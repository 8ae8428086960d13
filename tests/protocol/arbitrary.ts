import fc from 'fast-check';
import type { Field, FieldType, MessageDef, StructDef } from '../../protocol/schema/types.ts';

/** Any valid message of the given type, from its schema. */
export const arbitraryMessage = (def: MessageDef): fc.Arbitrary<object> =>
  arbitraryStruct(def).map((fields) => ({ type: def.name, ...fields }));

const arbitraryStruct = (def: StructDef): fc.Arbitrary<object> =>
  fc.record(Object.fromEntries(def.fields.flatMap(arbitraryField)));

function arbitraryField(field: Field): [string, fc.Arbitrary<unknown>][] {
  if (field.type.kind === 'flags') return field.type.bits.map((bit) => [bit, fc.boolean()]);
  return [[field.name, arbitraryValue(field.type)]];
}

function arbitraryValue(type: FieldType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'u8':
    case 'enum':
      return fc.integer({ min: 0, max: 255 });
    case 'u32':
    case 'uint':
      return fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 0xffff_ffff }));
    case 'uint53':
      return fc.maxSafeNat();
    case 'int':
      return fc.integer();
    case 'bool':
      return fc.boolean();
    case 'string':
      return fc
        .string({ unit: 'grapheme', maxLength: 200, size: 'max' })
        .filter((text) => text.isWellFormed() && Buffer.byteLength(text) <= type.maxBytes);
    case 'blob':
      return fc.uint8Array({ maxLength: Math.min(type.maxBytes, 500) });
    case 'struct':
      return arbitraryStruct(type.of);
    case 'list':
      return fc.array(arbitraryValue(type.item), { maxLength: Math.min(type.maxItems, 5) });
    case 'table':
      return fc
        .array(arbitraryRegion, { maxLength: 30 })
        .map((rows) => Int32Array.from(rows.flat()));
    case 'flags':
      throw new Error('flags are expanded by their owner');
  }
}

const px = fc.oneof(fc.nat(200), fc.nat(32_767));

const colour = fc.nat(0xff_ffff);

/** Columns that the row's encoding does not send are zero. */
const arbitraryRegion = fc
  .tuple(fc.nat(4), px, px, px, px, px, px, colour, colour)
  .map(([encoding, x, y, w, h, sx, sy, first, second]) => [
    ...[encoding, x, y, w, h],
    [first, sx, 0, 0, first][encoding] as number,
    [0, sy, 0, 0, second][encoding] as number,
  ]);
