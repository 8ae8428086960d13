import type { Ask, PinAnswer } from './card-applet.ts';
import { CardError } from './card-error.ts';
import { type Answer, OK } from './exchange.ts';

/** Cards get it filled up with FF. */
const PIN_BYTES = 8;
const VERIFY = 0x20;

/** @param reference which PIN of the card @throws CardError */
export async function verifyPin(ask: Ask, reference: number, pin: Uint8Array): Promise<PinAnswer> {
  const data = new Uint8Array(PIN_BYTES).fill(0xff);
  data.set(pin);
  try {
    const answer = await ask({ ins: VERIFY, p1: 0x00, p2: reference, data, noAnswer: true });
    if (answer.statusWord === OK) return { right: true };
    return { right: false, triesLeft: triesIn(answer) };
  } finally {
    data.fill(0);
  }
}

/** As the card tells without trying one; null when it does not. @throws CardError */
export async function readPinTries(ask: Ask, reference: number): Promise<number | null> {
  const answer = await ask({ ins: VERIFY, p1: 0x00, p2: reference, noAnswer: true });
  const { statusWord } = answer;
  return statusWord >> 4 === 0x63c || statusWord === 0x6983 ? triesIn(answer) : null;
}

function triesIn({ statusWord }: Answer): number | null {
  if (statusWord >> 4 === 0x63c) return statusWord & 0x0f;
  if (statusWord === 0x6983) return 0;
  if (statusWord === 0x6300) return null;
  const code = statusWord.toString(16);
  throw new CardError('refused', `the card refused to check the PIN (${code})`, { statusWord });
}
