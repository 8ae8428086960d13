import test from 'ava';
import fc from 'fast-check';
import { CardDesk } from '../../../firmware/card/card-desk.ts';
import { readerLine } from '../../../firmware/card/card-places.ts';
import type {
  CardReader,
  CardReaderEvents,
  InsertedToken,
} from '../../../firmware/card/card-reader.ts';
import { ReaderOrder } from '../../../firmware/card/reader-order.ts';
import type { ControlMessage } from '../../../protocol/generated/control.ts';
import { openLog } from '../../../protocol/node/log.ts';

const log = openLog({ level: 'silent', name: 'test', readable: false });
const ATR = new Uint8Array();
const KEYS = { cardKey: true, pinKey: true };

/** Readers in the test's hands, several places in one object as with PC/SC. */
class HandReaders implements CardReader {
  events!: CardReaderEvents;
  readonly #names: readonly string[];
  #last = 0;

  constructor(...names: string[]) {
    this.#names = names;
  }

  listen(events: CardReaderEvents): void {
    this.events = events;
  }

  names(): readonly string[] {
    return this.#names;
  }

  begin(reader: string): number {
    this.#last += 1;
    this.events.reading(this.#last, reader);
    return this.#last;
  }

  read(reader: string, insertion: number, kind: InsertedToken['kind'] = 'smartCard'): void {
    const tokenId = Buffer.from(`${reader} ${insertion}`.padEnd(16)).toString('hex');
    this.events.inserted({ insertion, reader, kind, tokenId, atr: ATR, keys: KEYS, eventUs: 1 });
  }

  insert(reader: string): number {
    const insertion = this.begin(reader);
    this.read(reader, insertion);
    return insertion;
  }

  spoil(reader: string): number {
    const insertion = this.begin(reader);
    this.events.problem({ insertion, reader, problem: 'mute', detail: '' });
    return insertion;
  }

  remove(insertion: number): void {
    this.events.removed(insertion);
  }

  async prove(): Promise<never> {
    throw new Error('not asked for');
  }

  async pinTriesLeft(): Promise<null> {
    return null;
  }

  [Symbol.dispose](): void {}
}

function open(order: readonly string[], ...names: string[]) {
  const reader = new HandReaders(...names);
  const sent: string[] = [];
  const pages: boolean[] = [];
  const desk = new CardDesk({
    readers: [reader],
    order: new ReaderOrder(order),
    send: (message) => sent.push(brief(message)),
    ends: () => null,
    pin: { ask: async () => null, say: () => {} },
    reading: (reading) => pages.push(reading),
    removed: () => {},
    isShown: () => true,
    log,
  });
  desk.connected();
  /** What was sent since the last look. */
  const told = () => sent.splice(0).join(' ');
  const now = () => desk.readersNow().map(readerLine);
  return { reader, desk, told, now, pages };
}

function brief(message: ControlMessage): string {
  if (message.type === 'CardInserted') return `+${message.reader}`;
  if (message.type === 'CardProblem') return `!${message.reader}`;
  return message.type === 'CardRemoved' ? `-${message.insertion}` : message.type;
}

test('one card counts until it is taken out; another one has to be inserted anew', (t) => {
  const { reader, told, now } = open(['*'], 'left', 'right');
  const first = reader.insert('left');
  t.is(told(), '+left');
  const second = reader.insert('right');
  t.is(told(), '');
  t.deepEqual(now(), ['left: card', 'right: card, ignored']);
  reader.remove(first);
  t.is(told(), '-1');
  t.deepEqual(now(), ['left: empty', 'right: card, ignored']);
  reader.remove(second);
  t.is(told(), '');
  reader.insert('right');
  t.is(told(), '+right');
});

test('a card that was put in while another counted stays ignored when it is read later', (t) => {
  const { reader, told } = open(['*'], 'left', 'right');
  const first = reader.insert('left');
  const second = reader.begin('right');
  reader.remove(first);
  reader.read('right', second);
  t.is(told(), '+left -1');
  const third = reader.insert('left');
  t.is(told(), '+left');
  t.true(third > second);
});

test('a card that is read when another counts already has to be inserted anew', (t) => {
  const { reader, told } = open(['best', '*'], 'other', 'best');
  const [other, best] = [reader.begin('other'), reader.begin('best')];
  reader.read('best', best);
  reader.read('other', other);
  reader.remove(best);
  t.is(told(), '+best -1');
});

test('a more preferred reader does not push aside what counts', (t) => {
  const { reader, told } = open(['best', '*'], 'other', 'best');
  const first = reader.insert('other');
  reader.insert('best');
  t.is(told(), '+other');
  reader.remove(first);
  t.is(told(), '-1');
});

test('of cards that come at once, the one in the most preferred reader counts', (t) => {
  const { reader, told, now, pages } = open(['best', 'good', '*'], 'other', 'best', 'good');
  const [other, best, good] = [reader.begin('other'), reader.begin('best'), reader.begin('good')];
  reader.read('other', other);
  reader.read('good', good);
  t.is(told(), '');
  t.deepEqual(now(), ['other: card, ignored', 'best: reading a card', 'good: card, ignored']);
  reader.read('best', best);
  t.is(told(), '+best');
  t.deepEqual(now(), ['other: card, ignored', 'best: card', 'good: card, ignored']);
  t.deepEqual(pages, [true, true, true]);
});

for (const [title, end] of [
  ['cannot be read', 'problem'],
  ['is pulled out', 'removed'],
] as const)
  test(`a card in a preferred reader that ${title} makes way for the next`, (t) => {
    const { reader, told } = open(['best', '*'], 'other', 'best');
    const best = reader.begin('best');
    reader.insert('other');
    t.is(told(), '');
    if (end === 'removed') reader.remove(best);
    else reader.events.problem({ insertion: best, reader: 'best', problem: 'mute', detail: '' });
    t.is(told(), '+other');
  });

test('a card that cannot be used is told of unless another counts, and keeps none away', (t) => {
  const { reader, told, now } = open(['*'], 'left', 'right');
  const broken = reader.spoil('left');
  t.is(told(), '!left');
  const good = reader.insert('right');
  t.is(told(), '+right');
  t.deepEqual(now(), ['left: a card that cannot be used', 'right: card']);
  reader.remove(broken);
  t.is(told(), '-1');
  const ignored = reader.spoil('left');
  t.is(told(), '');
  reader.remove(good);
  t.is(told(), '-2');
  reader.remove(ignored);
  t.is(told(), '');
});

test('a key in a file and a card are told of side by side', (t) => {
  const { reader, told } = open(['*'], 'file', 'left');
  reader.read('file', reader.begin('file'), 'software');
  reader.insert('left');
  t.is(told(), '+file +left');
});

test('a card that is ignored shows no page and proves nothing', (t) => {
  const { reader, desk, told, pages } = open(['*'], 'left', 'right');
  reader.insert('left');
  t.deepEqual(pages.splice(0), [true]);
  reader.insert('right');
  t.deepEqual(pages, [false]);
  t.is(told(), '+left');
  t.false(desk.lies(0));
  t.true(desk.lies(1));
  t.false(desk.lies(2));
});

test('on the next link, what counts is told again, and what is ignored is not', (t) => {
  const { reader, desk, told } = open(['*'], 'left', 'right');
  const first = reader.insert('left');
  reader.insert('right');
  told();
  desk.disconnected();
  desk.connected();
  t.is(told(), '+left');
  desk.disconnected();
  reader.remove(first);
  t.is(told(), '');
  desk.connected();
  t.is(told(), '');
});

test('a card that comes while there is no link counts on the next', (t) => {
  const { reader, desk, told } = open(['*'], 'left');
  desk.disconnected();
  const gone = reader.insert('left');
  reader.remove(gone);
  reader.insert('left');
  desk.connected();
  t.is(told(), '+left');
});

test('whatever comes and goes, the server is told of one card at a time, and of its end', (t) => {
  const names = ['best', 'good', 'other'] as const;
  const step = fc.record({
    reader: fc.integer({ min: 0, max: 2 }),
    does: fc.constantFrom('begin', 'read', 'spoil', 'remove', 'relink'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { reader, desk, told } = open(['best', 'good', '*'], ...names);
      const places = names.map((name) => ({ name, insertion: 0, read: false }));
      let cards = 0;
      for (const { reader: at, does } of steps) {
        const place = places[at];
        if (!place) continue;
        const { name, insertion } = place;
        if (does === 'relink') {
          desk.disconnected();
          desk.connected();
          cards = 0;
        } else if (does === 'remove' && insertion > 0) {
          reader.remove(insertion);
          Object.assign(place, { insertion: 0, read: false });
        } else if (does === 'begin' && insertion === 0) place.insertion = reader.begin(name);
        else if (does === 'read' && insertion > 0 && !place.read) {
          place.read = true;
          reader.read(name, insertion);
        } else if (does === 'spoil' && insertion > 0 && !place.read) {
          place.read = true;
          reader.events.problem({ insertion, reader: name, problem: 'mute', detail: '' });
        }
        for (const word of told().split(' ')) if (word.startsWith('+')) cards += 1;
        const lying = desk.readersNow().filter(({ counts }) => counts);
        t.true(lying.length <= 1);
        if (lying.length === 0) cards = 0;
        t.true(cards <= 1);
      }
    }),
    { numRuns: 10_000 },
  );
});
