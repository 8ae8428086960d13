import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { Channel } from '../../../../protocol/channel.ts';
import type { RawLane, RawLanes } from './raw-lane.ts';
import { ended, RelayStage } from './stage.ts';
import { LAST, toSession, toTerminal, VIEW, wrongOfSession, wrongOfTerminal } from './traffic.ts';

const LANES = [Channel.input, Channel.cursor, Channel.display] as const;
const RUNS = Number(process.env['WAYRAY_RELAY_RUNS'] ?? 40);

/** What is said on one lane, one way, and where it is cut. */
interface Speech {
  readonly channel: Channel;
  readonly fromSession: boolean;
  readonly parts: readonly Uint8Array[];
  readonly cuts: readonly number[];
}

/** The bytes that came out at every end. */
type Heard = Readonly<Record<string, string>>;

const laneOf = (lanes: RawLanes, channel: Channel): RawLane => lanes.get(channel) as RawLane;

async function say(lane: RawLane, { parts, cuts }: Pick<Speech, 'parts' | 'cuts'>): Promise<void> {
  let rest = Buffer.concat(parts);
  for (const cut of cuts) {
    lane.write(rest.subarray(0, cut));
    rest = rest.subarray(cut);
    await new Promise((resolve) => setImmediate(resolve));
  }
  lane.write(rest);
}

async function hear(native: boolean, speeches: readonly Speech[]): Promise<Heard> {
  await using stage = await RelayStage.open(native);
  let pictured = 0;
  const { lanes } = await stage.show(VIEW, () => pictured++);
  await Promise.all(
    speeches.map((speech) =>
      say(laneOf(speech.fromSession ? lanes : stage.terminal, speech.channel), speech),
    ),
  );
  const heard: Record<string, string> = {};
  for (const [name, ends, last] of [
    ['session', lanes, LAST.toSession],
    ['terminal', stage.terminal, LAST.toTerminal],
  ] as const) {
    for (const channel of LANES) {
      const lane = laneOf(ends, channel);
      await lane.until(last.get(channel) as Buffer);
      heard[`${name} ${channel}`] = lane.received.toString('latin1');
    }
  }
  return { ...heard, pictured: String(pictured) };
}

const speech = (fromSession: boolean, channel: Channel): fc.Arbitrary<Speech> => {
  const said = (fromSession ? toTerminal : toSession).get(channel) as fc.Arbitrary<Buffer>;
  const last = (fromSession ? LAST.toTerminal : LAST.toSession).get(channel) as Buffer;
  return fc.record({
    channel: fc.constant(channel),
    fromSession: fc.constant(fromSession),
    parts: fc.array(said, { maxLength: 12 }).map((parts) => [...parts, last]),
    cuts: fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 90_000 })), {
      maxLength: 12,
    }),
  });
};

const speeches = fc.tuple(
  ...[true, false].flatMap((fromSession) => LANES.map((channel) => speech(fromSession, channel))),
);

test('what is said passes as it does through JavaScript, however it is cut', async (t) => {
  t.timeout(120_000);
  await fc.assert(
    fc.asyncProperty(speeches, async (said) => {
      t.deepEqual(await hear(true, said), await hear(false, said));
    }),
    { numRuns: RUNS },
  );
});

const wrong = fc.boolean().chain((fromSession) =>
  fc.constantFrom(...LANES).chain((channel) =>
    fc.record({
      fromSession: fc.constant(fromSession),
      channel: fc.constant(channel),
      parts: (
        (fromSession ? wrongOfSession : wrongOfTerminal).get(channel) as fc.Arbitrary<Buffer>
      ).map((bytes) => [bytes]),
      cuts: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 5 }),
    }),
  ),
);

const REFUSAL_MS = 300;
const NOBODY = { code: undefined, reason: 'nobody was refused' };

/** How the link of who breaks a rule ends, and what of it came out. */
async function refuse(native: boolean, said: Speech): Promise<unknown> {
  await using stage = await RelayStage.open(native);
  const { lanes, link } = await stage.show(VIEW);
  // All are joined once something came through them.
  for (const channel of LANES) {
    const greeting = LAST.toTerminal.get(channel) as Buffer;
    laneOf(lanes, channel).write(greeting);
    await laneOf(stage.terminal, channel).until(greeting);
  }
  const closed = ended(said.fromSession ? link : stage.link);
  await say(laneOf(said.fromSession ? lanes : stage.terminal, said.channel), said);
  // Some of what looks wrong is a message for another view.
  const { code, reason } = await Promise.race([closed, setTimeout(REFUSAL_MS, NOBODY)]);
  const through = laneOf(said.fromSession ? stage.terminal : lanes, said.channel).received;
  return { code, reason, through: through.toString('latin1') };
}

test('who breaks a rule is told the same as by JavaScript', async (t) => {
  t.timeout(120_000);
  await fc.assert(
    fc.asyncProperty(wrong, async (said) => {
      const [native, javascript] = await Promise.all([refuse(true, said), refuse(false, said)]);
      t.deepEqual(native, javascript);
    }),
    { numRuns: RUNS },
  );
});
