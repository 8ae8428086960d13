import type { DnsRecord } from '../../../firmware/discovery/dns-message.ts';
import { encodeName } from '../../../firmware/discovery/dns-message.ts';

const TYPES = { A: 1, PTR: 12, TXT: 16, SRV: 33 } as const;

/** A whole answer: the question's bytes are repeated, names are not compressed. @param responseCode 3: no such name */
export function encodeAnswer(
  id: number,
  questions: readonly { name: string; type: number }[],
  records: readonly DnsRecord[],
  responseCode = 0,
): Buffer {
  const header = words(id, 0x8400 | responseCode, questions.length, records.length, 0, 0);
  const asked = questions.flatMap(({ name, type }) => [encodeName(name), words(type, 1)]);
  const told = records.map((record) => {
    const data = dataOf(record);
    const ttl = words(0, 60, data.length);
    return Buffer.concat([encodeName(record.name), words(TYPES[record.type], 1), ttl, data]);
  });
  return Buffer.concat([header, ...asked, ...told]);
}

function dataOf(record: DnsRecord): Buffer {
  switch (record.type) {
    case 'A':
      return Buffer.from(record.address.split('.').map(Number));
    case 'PTR':
      return Buffer.from(encodeName(record.target));
    case 'TXT':
      return Buffer.concat(
        record.strings.map((s) => Buffer.concat([Buffer.of(s.length), Buffer.from(s, 'latin1')])),
      );
    case 'SRV': {
      const { priority, weight, port, target } = record;
      return Buffer.concat([words(priority, weight, port), encodeName(target)]);
    }
  }
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, at * 2);
  return bytes;
}
