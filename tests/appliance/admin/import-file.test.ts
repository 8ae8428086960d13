import test from 'ava';
import fc from 'fast-check';
import { CommandError } from '../../../appliance/admin/wradm/command-error.ts';
import { parseTokenFile } from '../../../appliance/admin/wradm/import-file.ts';

const one = (text: string) => {
  const [first] = parseTokenFile(text);
  return [first?.token, first?.user, first?.label];
};

test('lines and CSV say the same', (t) => {
  const blue = ['badge:04a2b3c4', 'anna', 'blue badge'];
  for (const text of [
    'badge:04a2b3c4 anna blue badge',
    '  badge:04:A2:B3:C4\tanna  blue badge',
    'badge:04a2b3c4,anna,blue badge',
    '"badge:04a2b3c4" , "anna", "blue badge"',
    '\ufeffToken,User,Label\r\nbadge:04a2b3c4,anna,blue badge\r\n',
  ]) {
    t.deepEqual(one(text), blue, text);
  }
  t.deepEqual(one('badge:04a2b3c4,anna'), ['badge:04a2b3c4', 'anna', '']);
  t.deepEqual(one('badge:04a2b3c4 anna red, "big"'), ['badge:04a2b3c4', 'anna', 'red, "big"']);
});

test('what is wrong is told by its line, without the id', (t) => {
  const wrong = ['badge:04a2b3c4', 'none anna', 'badge:zz anna', 'badge:04a2b3c4,"anna', 'x,y,z,a'];
  const { message } = t.throws(() => parseTokenFile(['', ...wrong].join('\n')), {
    instanceOf: CommandError,
  });
  for (let line = 2; line <= 6; line++) t.regex(message, new RegExp(`line ${line}: `));
  t.false(message.includes('04a2b3c4'));
  t.throws(() => parseTokenFile('\n'.repeat(100_001)), { message: /more than/ });
});

test('any text is a list of tokens or a CommandError', (t) => {
  const pieces = fc.constantFrom(
    ',',
    '"',
    '""',
    ' ',
    '\t',
    '\n',
    'badge:04a2b3c4',
    'anna',
    '#',
    '\r',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, (text) => {
      try {
        for (const { token, user } of parseTokenFile(text)) {
          if (!token.includes(':') || user === '') throw new Error('half a token');
        }
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
      }
    }),
    { numRuns: 5000 },
  );
  t.pass();
});
