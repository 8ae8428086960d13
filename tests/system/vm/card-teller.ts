/** Runs in the virtual machine: says what its readers tell, and has every card prove each key it has, PIN 123456. */
import { randomBytes, verify, X509Certificate } from 'node:crypto';
import type { InsertedToken } from '../../../firmware/card/card-reader.ts';
import { PcscReader } from '../../../firmware/card/pcsc-reader.ts';
import { openLog } from '../../../protocol/node/log.ts';

const PIN = '123456';
const say = (what: object) => console.log(`card: ${JSON.stringify(what)}`);
const log = openLog({ level: 'info', name: 'cards', readable: false });
const reader = new PcscReader({ reader: null, log });
reader.listen({
  reading: (insertion) => say({ did: 'reading', insertion }),
  inserted: (token) => void inserted(token),
  problem: ({ insertion, problem, detail }) => say({ did: 'problem', insertion, problem, detail }),
  removed: (insertion) => say({ did: 'removed', insertion }),
  isShown: () => true,
});

async function inserted(token: InsertedToken): Promise<void> {
  const { insertion, kind, tokenId, keys } = token;
  say({ did: 'inserted', insertion, kind, tokenId, keys, reader: token.reader });
  for (const key of ['cardKey', 'pinKey'] as const)
    if (keys[key]) say({ insertion, key, ...(await proved(insertion, key)) });
}

async function proved(insertion: number, key: 'cardKey' | 'pinKey'): Promise<object> {
  const text = randomBytes(200);
  try {
    const pin = key === 'pinKey' ? { pin: Buffer.from(PIN) } : {};
    const tries = await reader.pinTriesLeft(insertion);
    const { certificate, signature } = await reader.prove({ insertion, key, text, ...pin });
    const { publicKey } = new X509Certificate(certificate);
    const signed = verify('sha256', text, { key: publicKey, dsaEncoding: 'der' }, signature);
    return { did: 'proved', signed, tries };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { did: 'refused', code, message };
  }
}
