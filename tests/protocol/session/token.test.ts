import test from 'ava';
import fc from 'fast-check';
import { WayRayError } from '../../../protocol/errors.ts';
import { makeToken, parseToken, TOKEN_KINDS, tokenText } from '../../../protocol/session/token.ts';

test('tokens of every kind are read in any spelling and written in one', (t) => {
  t.deepEqual(parseToken('badge:04:A2:B3:C4'), { kind: 'badge', id: '04a2b3c4' });
  t.deepEqual(parseToken(`software:${'Ab'.repeat(32)}`), { kind: 'software', id: 'ab'.repeat(32) });
  t.deepEqual(parseToken('smartCard:00 11-22 33 44 55 66 77'), {
    kind: 'smartCard',
    id: '0011223344556677',
  });
  t.deepEqual(parseToken('none'), { kind: 'none' });
  t.is(tokenText(makeToken('badge', '04A2B3C4')), 'badge:04a2b3c4');
});

const refused: [string, RegExp][] = [
  ['', /expected smartCard/],
  ['04a2b3c4', /expected smartCard/],
  ['none:00', /expected smartCard/],
  ['constructor:04a2b3c4', /expected smartCard/],
  ['badge:', /hexadecimal/],
  ['badge:04a2b3c', /hexadecimal/],
  ['badge:04a2b3zz', /hexadecimal/],
  ['badge:04a2b3c4d5', /4, 7, 10 bytes, not 5/],
  ['smartCard:001122', /8 to 32 bytes, not 3/],
  ['badge:00000000', /locates nobody/],
  [`smartCard:${'ff'.repeat(16)}`, /locates nobody/],
  ['badge:08a2b3c4', /random/],
  [`badge:${'a'.repeat(300)}`, /longer/],
];

for (const [text, why] of refused) {
  test(`refused: ${text.slice(0, 30) || 'nothing'}`, (t) => {
    const error = t.throws(() => parseToken(text), { code: 'token', message: why });
    const id = text.slice(text.indexOf(':') + 1);
    if (id.length > 7) t.false(error?.message.includes(id));
  });
}

test('any text gives a token that reads back as itself, or a typed error', (t) => {
  const text = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc
      .tuple(
        fc.constantFrom(...Object.keys(TOKEN_KINDS)),
        fc.string({ unit: fc.constantFrom(...'0123456789abcdef: ') }),
      )
      .map((pair) => pair.join(':')),
  );
  fc.assert(
    fc.property(text, (input) => {
      try {
        const token = parseToken(input);
        if (token.kind === 'none') return;
        const again = parseToken(tokenText(token));
        if (again.kind !== token.kind || again.id !== token.id) throw new Error('differs');
      } catch (error) {
        if (!(error instanceof WayRayError)) throw error;
      }
    }),
  );
  t.pass();
});
