import type { BrokerRecord, SeatFrame, SessionRecord } from './messages.ts';

/** What one move left at the two terminals, in µs of CLOCK_MONOTONIC. */
export interface Move {
  readonly eventUs: number;
  readonly insertedUs: number;
  readonly askedUs: number;
  readonly answeredUs: number;
  readonly frame: SeatFrame;
  /** The picture was gone at the terminal before. */
  readonly darkUs: number;
}

/**
 * One move's steps in ms; each begins where the one before ends, and together they are `total`. `dark` is beside
 * them: from the proof's verification until the picture is gone at the terminal before; `bytes` are the first frame's.
 */
export const STEPS = [
  'read',
  'told',
  'lookedUp',
  'challenge',
  'sign',
  'proof',
  'granted',
  'joined',
  'arranged',
  'opened',
  'encoded',
  'sent',
  'presented',
  'verified',
] as const;
export type Way = Readonly<Record<(typeof STEPS)[number] | 'total' | 'dark' | 'bytes', number>>;

/** @throws Error when what the programs said does not fit together */
export function wayOf(
  move: Move,
  broker: readonly BrokerRecord[],
  session: readonly SessionRecord[],
): Way {
  const { eventUs, insertedUs, askedUs, answeredUs, frame, darkUs } = move;
  const within = ({ atUs }: BrokerRecord) => atUs >= eventUs && atUs <= frame.presentedUs;
  const way = one(broker.filter(within), "the broker's");
  const first = one(session.filter(within), "the session's");
  const brokerUs = (step: string) => way.atUs + 1000 * stepOf(way, step);
  const sessionUs = (step: string) => first.atUs + 1000 * stepOf(first, step);
  const ends: readonly number[] = [
    // The broker may have it before the terminal comes to noting that it was sent.
    Math.min(insertedUs, way.atUs),
    way.atUs,
    brokerUs('asked'),
    askedUs,
    answeredUs,
    brokerUs('answered'),
    brokerUs('granted'),
    first.atUs,
    sessionUs('arranged'),
    sessionUs('opened'),
    sessionUs('encoded'),
    frame.receivedUs,
    frame.presentedUs,
    frame.verifiedUs,
  ];
  const steps = STEPS.map((step, i) => {
    const beganUs = i === 0 ? eventUs : (ends[i - 1] ?? Number.NaN);
    return [step, ((ends[i] ?? Number.NaN) - beganUs) / 1000];
  });
  return {
    ...(Object.fromEntries(steps) as Record<(typeof STEPS)[number], number>),
    total: (frame.verifiedUs - eventUs) / 1000,
    dark: (darkUs - brokerUs('proved')) / 1000,
    bytes: frame.bytes,
  };
}

function one<T>(found: readonly T[], whose: string): T {
  const [first] = found;
  if (found.length !== 1 || first === undefined)
    throw new Error(`${found.length} records of ${whose} fit a move, not one`);
  return first;
}

function stepOf({ ms }: BrokerRecord, step: string): number {
  const value = ms[step];
  if (value === undefined) throw new Error(`a record without the step ${step}`);
  return value;
}
