/** Runs in the virtual machine: says what its readers tell, and has every card prove each key it has, PIN 123456. */
import { randomBytes, verify, X509Certificate } from 'node:crypto';
import type { CardReader, InsertedToken } from '../../../firmware/card/card-reader.ts';
import { openReaders } from '../../../firmware/card/open-readers.ts';
import { parseCards } from '../../../firmware/config/cards.ts';
import { nowUs } from '../../../firmware/terminal.ts';
import { openLog } from '../../../protocol/node/log.ts';

const PIN = '123456';
/** QEMU's USB tablet: a byte of buttons, then the place as two numbers of two bytes, which make a badge's number. */
const TABLET = { device: '0627:0001', name: 'Tablet', 'id-at': 1, 'id-bytes': 4, 'gone-ms': 500 };
const say = (what: object) => console.log(`card: ${JSON.stringify(what)}`);
const log = openLog({ level: 'info', name: 'cards', readable: false });
const config = parseCards({ 'badge-readers': [TABLET] }, 'cards');
const { readers } = await openReaders({ config, reader: undefined, log, nowUs });
for (const reader of readers)
  reader.listen({
    reading: (insertion) => say({ did: 'reading', insertion }),
    inserted: (token) => void inserted(reader, token),
    problem: ({ insertion, problem, detail }) =>
      say({ did: 'problem', insertion, problem, detail }),
    removed: (insertion) => say({ did: 'removed', insertion }),
    isShown: () => true,
  });

async function inserted(reader: CardReader, token: InsertedToken): Promise<void> {
  const { insertion, kind, tokenId, keys } = token;
  say({ did: 'inserted', insertion, kind, tokenId, keys, reader: token.reader });
  for (const key of ['cardKey', 'pinKey'] as const)
    if (keys[key]) say({ insertion, key, ...(await proved(reader, insertion, key)) });
}

async function proved(
  reader: CardReader,
  insertion: number,
  key: 'cardKey' | 'pinKey',
): Promise<object> {
  const text = randomBytes(200);
  try {
    const pin = key === 'pinKey' ? { pin: Buffer.from(PIN) } : {};
    const tries = await reader.pinTriesLeft(insertion);
    const { certificate, signature } = await reader.prove({ insertion, key, text, ...pin });
    const { publicKey } = new X509Certificate(certificate);
    const { namedCurve } = publicKey.asymmetricKeyDetails ?? {};
    const hash = namedCurve === 'secp384r1' ? 'sha384' : 'sha256';
    const signed = verify(hash, text, { key: publicKey, dsaEncoding: 'der' }, signature);
    return { did: 'proved', signed, tries };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { did: 'refused', code, message };
  }
}
