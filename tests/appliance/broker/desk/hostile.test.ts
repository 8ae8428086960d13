import test from 'ava';
import fc from 'fast-check';
import type { ControlMessage } from '../../../../protocol/generated/control.ts';
import { makeToken } from '../../../../protocol/session/token.ts';
import { eventually } from '../../../helpers/eventually.ts';
import type { FakeTerminal } from './fake-terminal.ts';
import { House } from './house.ts';

const KNOWN = '00112233445566778899aabbccddeeff';

const small = fc.nat({ max: 6 });
const blob = fc.uint8Array({ maxLength: 90 });
const tokenId = fc.oneof(
  fc.constantFrom(KNOWN, '', 'zz', '00', 'ff'.repeat(16), '04a2b3c4', '08a2b3c4'),
  fc.string({ maxLength: 64, unit: 'grapheme-ascii' }),
);
const reader = fc.constantFrom('left', 'right', '');
const message: fc.Arbitrary<ControlMessage> = fc.oneof(
  fc.record({
    type: fc.constant('CardInserted' as const),
    insertion: fc.nat({ max: 400 }),
    reader,
    kind: small,
    tokenId,
    atr: fc.constant(new Uint8Array()),
    cardKey: fc.boolean(),
    pinKey: fc.boolean(),
    eventUs: fc.constant(0),
  }),
  fc.record({ type: fc.constant('CardRemoved' as const), insertion: fc.nat({ max: 400 }) }),
  fc.record({
    type: fc.constant('CardProblem' as const),
    insertion: fc.nat({ max: 400 }),
    reader,
    problem: small,
    detail: fc.string({ maxLength: 40, unit: 'binary' }).filter((text) => text.isWellFormed()),
  }),
  fc.record({
    type: fc.constant('CardProof' as const),
    insertion: small,
    request: small,
    key: small,
    certificate: blob,
    signature: blob,
  }),
  fc.record({
    type: fc.constant('CardProofFailed' as const),
    insertion: small,
    request: small,
    problem: small,
    triesLeft: fc.constantFrom(0, 3, 255),
  }),
  fc.constant<ControlMessage>({ type: 'LoginRequest' }),
);

/** Counts up, as a terminal must, so that some get further than the first check. */
function honestNumbers(messages: readonly ControlMessage[]): ControlMessage[] {
  let insertion = 0;
  return messages.map((one) => {
    if (one.type === 'CardInserted' || one.type === 'CardProblem')
      return { ...one, insertion: ++insertion };
    if (one.type === 'CardRemoved') return { ...one, insertion: one.insertion % (insertion + 1) };
    if ('insertion' in one && insertion > 0) return { ...one, insertion };
    return one;
  });
}

const read = (terminal: FakeTerminal) =>
  eventually(() => {
    if (!terminal.closed && terminal.link.stats().unackedBytes > 0) throw new Error('not read');
  });

for (const honest of [false, true]) {
  test(`whatever a terminal says, nobody gets in and others are served: ${honest ? 'counting' : 'anything'}`, async (t) => {
    const house = new House(t);
    await house.registry.tokens.add(makeToken('smartCard', KNOWN), {
      user: 'ann',
      keys: { cardKey: 'd'.repeat(64), pinKey: 'e'.repeat(64) },
    });
    house.floor.on.tokenInserted = (place, { hash }) =>
      house.desks.at(place)?.authenticate({
        session: 's1',
        user: 'ann',
        token: hash,
        accepts: ['cardKey', 'pin', 'pam'],
        unlock: false,
      });
    let count = 0;
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(message, fc.constant(null)), { minLength: 20, maxLength: 80 }),
        async (steps) => {
          count += 1;
          const terminal = await house.terminal(`t${count}`);
          const messages = steps.filter((step) => step !== null);
          const sent = honest ? honestNumbers(messages) : messages;
          let at = 0;
          for (const step of steps) {
            if (step === null) house.clock.pass(400);
            else if (!terminal.closed) terminal.send(sent[at++] as ControlMessage);
            if (at % 8 === 0) await read(terminal);
          }
          await read(terminal);
          if (!terminal.closed) kept += 1;
          terminal.close();
        },
      ),
      { numRuns: 60 },
    );
    t.is(house.floor.count('authenticated'), 0);
    t.is(house.floor.count('loggedIn'), 0);
    if (honest) t.is(kept, count);
    const good = await house.terminal('good');
    await good.shows('insertCard');
    good.insert({ tokenId: KNOWN, cardKey: true });
    house.clock.pass(400_000);
    await eventually(() => {
      const asked = good.heard.some(({ type }) => type === 'CardChallenge');
      if (!asked) throw new Error('not asked');
    });
    await eventually(() => {
      if ([...house.desks.all()].length !== 1) throw new Error('desks stay');
    });
  });
}
