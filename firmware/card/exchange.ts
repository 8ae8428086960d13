import { CardError } from './card-error.ts';
import type { CardLimits } from './limits.ts';

/** A command before it is cut into pieces that a short APDU can carry. */
export interface Command {
  readonly cla?: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array;
  /** No data are expected in return. */
  readonly noAnswer?: boolean;
  /** Only the beginning of the answer is wanted: what a card says in one piece. */
  readonly startOnly?: boolean;
  /** The card has to calculate. */
  readonly slow?: boolean;
}

export interface Answer {
  readonly data: Uint8Array;
  /** SW1 and SW2; 0x9000 is success. */
  readonly statusWord: number;
}

/** Sends one APDU of 4 to 261 bytes and gives what comes, at most 264 bytes. */
export type Transmit = (apdu: Uint8Array, timeoutMs: number) => Promise<Uint8Array>;

export const OK = 0x9000;
const DATA_MAX = 255;
/** A certificate of 4096 bytes and what it is wrapped in. */
const ANSWER_MAX_BYTES = 4_352;
/** As many pieces as cards of 128 bytes each would need, and no more. */
const PIECES_MAX = 40;

/**
 * One command and its whole answer: data of more than 255 bytes go out chained, answers in pieces are asked for until
 * they are complete (ISO/IEC 7816-4 5.3). Whatever the card says, it ends: pieces, bytes and time are bounded.
 * @param latestMs by the clock of `performance`, for whoever has several commands
 * @throws CardError `malformed`; `mute` when the time is over; what `transmit` throws
 */
export async function exchange(
  transmit: Transmit,
  command: Command,
  limits: Pick<CardLimits, 'commandMs' | 'signMs'>,
  latestMs = Number.POSITIVE_INFINITY,
): Promise<Answer> {
  const timeoutMs = command.slow ? limits.signMs : limits.commandMs;
  const deadlineMs = Math.min(performance.now() + timeoutMs, latestMs);
  const send = async (apdu: Uint8Array): Promise<Answer> => {
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) throw new CardError('mute', 'the card takes too long');
    try {
      return split(await transmit(apdu, Math.ceil(leftMs)));
    } finally {
      // It may hold a PIN.
      apdu.fill(0);
    }
  };
  const first = await sendChained(send, command);
  return command.startOnly ? started(first) : gather(send, first);
}

type Send = (apdu: Uint8Array) => Promise<Answer>;

async function sendChained(send: Send, command: Command): Promise<Answer> {
  const { data = new Uint8Array() } = command;
  let at = 0;
  for (; data.length - at > DATA_MAX; at += DATA_MAX) {
    const part = data.subarray(at, at + DATA_MAX);
    const answer = await send(apduOf({ ...command, cla: (command.cla ?? 0) | 0x10 }, part, null));
    if (answer.statusWord !== OK) return answer;
  }
  const last = data.subarray(at);
  const answer = await send(apduOf(command, last, command.noAnswer ? null : 0));
  // T=0: the card tells how much it has, and wants to be asked for exactly that.
  if (answer.statusWord >> 8 !== 0x6c) return answer;
  return send(apduOf(command, last, answer.statusWord & 0xff));
}

/** @param le bytes wanted, 0 for as many as there are; null for none */
function apduOf(command: Command, data: Uint8Array, le: number | null): Uint8Array {
  const lc = data.length > 0 ? 1 : 0;
  const apdu = new Uint8Array(4 + lc + data.length + (le === null ? 0 : 1));
  apdu.set([command.cla ?? 0, command.ins, command.p1, command.p2]);
  if (lc) apdu[4] = data.length;
  apdu.set(data, 4 + lc);
  if (le !== null) apdu[apdu.length - 1] = le;
  return apdu;
}

/** More to come is as good as success for whoever wants the beginning alone. */
const isMore = (statusWord: number) => statusWord >> 8 === 0x61;

const started = (answer: Answer): Answer =>
  isMore(answer.statusWord) && answer.data.length > 0 ? { ...answer, statusWord: OK } : answer;

async function gather(send: Send, first: Answer): Promise<Answer> {
  const parts = [first.data];
  let bytes = first.data.length;
  let { statusWord } = first;
  while (isMore(statusWord)) {
    if (parts.length === PIECES_MAX) throw malformed('an answer that never ends');
    const next = await send(Uint8Array.of(0, 0xc0, 0, 0, statusWord & 0xff));
    parts.push(next.data);
    bytes += next.data.length;
    if (bytes > ANSWER_MAX_BYTES) throw malformed('an answer that is too long');
    ({ statusWord } = next);
  }
  return { data: Buffer.concat(parts), statusWord };
}

function split(bytes: Uint8Array): Answer {
  // Nothing at all is what a driver makes of a card that was pulled out.
  if (bytes.length === 0) throw new CardError('gone', 'the card gave no answer');
  if (bytes.length < 2) throw malformed('an answer without a status');
  const end = bytes.length - 2;
  return {
    data: bytes.subarray(0, end),
    statusWord: ((bytes[end] as number) << 8) | (bytes[end + 1] as number),
  };
}

const malformed = (what: string) => new CardError('malformed', `the card sent ${what}`);

/** @throws CardError `refused` unless the card has said yes */
export function demandOk(answer: Answer, what: string): Uint8Array {
  if (answer.statusWord === OK) return answer.data;
  const code = answer.statusWord.toString(16).padStart(4, '0');
  throw new CardError('refused', `the card refused to ${what} (${code})`, {
    statusWord: answer.statusWord,
  });
}
