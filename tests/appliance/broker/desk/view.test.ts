import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { TerminalView } from '../../../../appliance/broker/desk/view.ts';
import type { Terminal } from '../../../../appliance/broker/terminal.ts';
import { Channel } from '../../../../protocol/channel.ts';
import { PageKind } from '../../../../protocol/generated/control.ts';
import type { LinkStream } from '../../../../protocol/link/link.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { FakeSession } from './fake-session.ts';
import { FakeDoor, type FakeTerminal } from './fake-terminal.ts';

/** What the broker hands over for sending to the terminal, in order, by whose it is. */
class Recorder {
  /** Whose pictures may be sent now. */
  allowed: string | null = null;
  readonly leaks: string[] = [];
  sent = 0;

  note(bytes: readonly Uint8Array[]): void {
    const text = Buffer.concat(bytes).toString('latin1');
    const whose = /<<([A-C])>>/.exec(text)?.[1];
    if (!whose) return;
    this.sent += 1;
    if (whose !== this.allowed) this.leaks.push(`${whose} while ${this.allowed} is shown`);
  }

  watch(terminal: Terminal): Terminal {
    const { link, streams } = terminal;
    const openUni = link.openUni.bind(link);
    link.openUni = (channel) => {
      const unit = openUni(channel);
      const write = unit.write.bind(unit);
      unit.write = (...parts) => {
        this.note(parts);
        write(...parts);
      };
      return unit;
    };
    const put = streams.put.bind(streams);
    streams.put = (stream) => put(this.#watched(stream));
    return terminal;
  }

  #watched(stream: LinkStream): LinkStream {
    const send = stream.send.bind(stream);
    stream.send = (...parts) => {
      this.note(parts);
      return send(...parts);
    };
    return stream;
  }
}

class Bench {
  readonly sessions = new Map(['A', 'B', 'C'].map((name) => [name, new FakeSession(name)]));
  readonly recorder = new Recorder();
  terminal!: FakeTerminal;
  view!: TerminalView;
  gone: string[] = [];
  /** Of the view that is shown. */
  number = 0;

  static async open(t: ExecutionContext | null): Promise<Bench> {
    const bench = new Bench();
    const came = Promise.withResolvers<Terminal>();
    const door = new FakeDoor(
      () => ({ admitted: true, why: 'test' }),
      (terminal) => {
        bench.recorder.watch(terminal);
        bench.view = new TerminalView(terminal, (socket) => bench.session(socket).connect());
        came.resolve(terminal);
      },
    );
    bench.terminal = await (await door.connect('hall')).open();
    await came.promise;
    t?.teardown(() => bench.close());
    return bench;
  }

  session(name: string): FakeSession {
    const session = this.sessions.get(name);
    if (!session) throw new Error(`no session ${name}`);
    return session;
  }

  show(name: string): void {
    this.recorder.allowed = name;
    this.number += 1;
    this.view.show({
      kind: 'session',
      insertion: 0,
      sessionId: name,
      socket: name,
      wanted: () => ({
        outputs: [],
        keyboard: { rules: '', model: '', layout: 'de', variant: '', options: '' },
      }),
      onGone: (reason) => this.gone.push(reason),
    });
  }

  clear(): void {
    this.recorder.allowed = null;
    if (this.view.shows || this.number === 0) this.number += 1;
    this.view.clear();
  }

  close(): void {
    this.terminal.close();
    for (const session of this.sessions.values()) session.close();
  }
}

const until = (holds: () => boolean) =>
  eventually(() => {
    if (!holds()) throw new Error(`not: ${holds}`);
  });

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('a session is shown under a view of its own, with what the terminal wants', async (t) => {
  const bench = await Bench.open(t);
  bench.show('A');
  const view = await bench.terminal.hears('View');
  t.like(view, { view: 1, kind: 2, sessionId: 'A' });
  const attach = await eventually(() => {
    const last = bench.session('A').last;
    if (!last?.attach || !last.displayOpen) throw new Error('not attached');
    return last.attach;
  });
  t.is(attach.view, 1);
  t.is(attach.keyboard.layout, 'de');
  bench.session('A').sendFrames();
  await until(
    () => JSON.stringify(bench.terminal.frames) === JSON.stringify([{ view: 1, picture: 'A' }]),
  );
});

test('a session that lies about its view paints nothing for those who come after it', async (t) => {
  const bench = await Bench.open(t);
  bench.show('A');
  await until(() => bench.session('A').last?.displayOpen === true);
  for (const later of [1, 2, 1000]) {
    bench.session('A').sendFrames(0, later);
    bench.session('A').sendCursors(later);
  }
  bench.session('A').sendFrames();
  await until(() => bench.terminal.frames.length > 0);
  t.deepEqual(bench.terminal.frames, [{ view: 1, picture: 'A' }]);
  t.is(bench.recorder.sent, 1);
});

test('a session that says what no session says is not passed on', async (t) => {
  const bench = await Bench.open(t);
  bench.show('A');
  await until(() => (bench.session('A').last?.streams.length ?? 0) === 4);
  for (const stream of bench.session('A').last?.streams ?? [])
    if (stream.channel === Channel.input || stream.channel === Channel.display)
      stream.send(Buffer.from('<<A>>'));
  bench.session('A').sendFrames();
  await until(() => bench.terminal.frames.length > 0);
  t.is(bench.recorder.sent, 1);
});

test('when a view is cleared nothing more of its session is sent, and its link ends', async (t) => {
  const bench = await Bench.open(t);
  bench.show('A');
  await until(() => bench.session('A').last?.displayOpen === true);
  bench.session('A').sendFrames();
  bench.session('A').sendFrames();
  await turn();
  bench.clear();
  bench.session('A').sendFrames();
  bench.session('A').sendCursors();
  const { kind, sessionId } = await bench.terminal.hears('View', 2);
  t.deepEqual([kind, sessionId], [0, '']);
  await until(() => bench.session('A').last?.closed === true);
  t.deepEqual(bench.recorder.leaks, []);
  t.deepEqual(bench.gone, []);
});

test('what is typed before the session is there arrives; what is meant for another view does not', async (t) => {
  const bench = await Bench.open(t);
  bench.show('A');
  await bench.terminal.hears('View');
  bench.terminal.key_(30);
  await until(() => JSON.stringify(bench.session('A').last?.keys) === JSON.stringify([30]));
  bench.clear();
  bench.show('B');
  // Not told yet that it is B that is shown.
  bench.terminal.key_(31);
  await bench.terminal.hears('View', 3);
  bench.terminal.key_(32);
  await until(() => JSON.stringify(bench.session('B').last?.keys) === JSON.stringify([32]));
  t.deepEqual(bench.session('A').last?.keys, [30]);
});

test('a session that cannot be reached, or ends, leaves an empty view', async (t) => {
  const bench = await Bench.open(t);
  bench.show('nobody');
  await until(() => bench.gone.length === 1);
  t.is(bench.view.shows, null);
  bench.show('A');
  await until(() => bench.session('A').last?.displayOpen === true);
  bench.session('A').last?.link.close(7, 'killed');
  await until(() => bench.gone.length === 2);
  t.is((await bench.terminal.hears('View', 4)).kind, 0);
});

test('a page clears the view first', async (t) => {
  const bench = await Bench.open(t);
  bench.view.page(PageKind.insertCard, 'WR-0', '');
  await bench.terminal.shows('insertCard');
  bench.show('A');
  await bench.terminal.hears('View', 2);
  bench.recorder.allowed = null;
  bench.view.page(PageKind.replaced, 'WR-7', '');
  await bench.terminal.shows('replaced');
  const types = bench.terminal.heard.map(({ type }) => type);
  t.deepEqual(types, ['Welcome', 'View', 'ShowPage', 'View', 'View', 'ShowPage']);
});

type Act =
  | { kind: 'show'; name: string }
  | { kind: 'clear' | 'turn' | 'joined' | 'pause' | 'resume' | 'frames' | 'cursors' | 'type' };

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('show' as const),
        name: fc.constantFrom('A', 'B', 'C'),
      }),
    },
    {
      weight: 9,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          ...(['clear', 'turn', 'joined', 'pause', 'resume', 'frames', 'cursors', 'type'] as const),
        ),
      }),
    },
  ),
  { maxLength: 60 },
);

async function act(bench: Bench, step: Act, typed: { key: number }): Promise<void> {
  const streams = [...bench.terminal.streams.values()];
  switch (step.kind) {
    case 'show':
      return bench.show(step.name);
    case 'clear':
      return bench.clear();
    case 'turn':
      return turn();
    case 'joined':
      for (let i = 0; i < 20; i++) await turn();
      return;
    case 'pause':
      for (const stream of streams) stream.pause();
      return;
    case 'resume':
      for (const stream of streams) stream.resume();
      return;
    case 'frames':
      for (const session of bench.sessions.values()) session.sendFrames(20_000);
      return;
    case 'cursors':
      for (const session of bench.sessions.values()) session.sendCursors();
      return;
    case 'type':
      bench.terminal.key_(typed.key++ % 200);
  }
}

test('whatever is switched, however slow the terminal, only what is shown is sent', async (t) => {
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(acts, async (steps) => {
      const bench = await Bench.open(null);
      try {
        const typed = { key: 1 };
        for (const step of steps) await act(bench, step, typed);
        for (const stream of bench.terminal.streams.values()) stream.resume();
        bench.show('C');
        const session = bench.session('C');
        await until(() => {
          const { last } = session;
          return last?.displayOpen === true && last.attach?.view === bench.number;
        });
        session.sendFrames();
        session.sendCursors();
        await eventually(() => {
          const last = bench.terminal.frames.at(-1);
          if (last?.view !== session.last?.attach?.view) throw new Error('no frame of the last');
          if (last?.picture !== 'C') throw new Error(`the last frame is ${last?.picture}`);
        });
        sent += bench.recorder.sent;
        if (bench.terminal.closed || bench.recorder.leaks.length > 0)
          throw new Error(bench.recorder.leaks[0] ?? 'the terminal has lost its link');
        const open = [...bench.sessions.values()].flatMap(({ attachments }) =>
          attachments.filter(({ closed }) => !closed),
        );
        await eventually(() => {
          if (open.filter(({ closed }) => !closed).length > 1) throw new Error('links stay open');
        });
        // Each key belongs to one view; nobody heard it twice.
        const keys = [...bench.sessions.values()].flatMap(({ attachments }) =>
          attachments.flatMap((attachment) => attachment.keys),
        );
        if (new Set(keys).size !== keys.length) throw new Error('a key was heard twice');
      } finally {
        bench.close();
      }
    }),
    { numRuns: 80, includeErrorInReport: true },
  );
  t.true(sent > 100, `only ${sent} pictures were sent`);
});
