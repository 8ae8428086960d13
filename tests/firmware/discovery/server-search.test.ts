import test from 'ava';
import { pino } from 'pino';
import { addressOf, type Candidate, type Origin } from '../../../firmware/discovery/candidate.ts';
import type { Network } from '../../../firmware/discovery/network.ts';
import { ServerSearch } from '../../../firmware/discovery/server-search.ts';
import { LinkError, type LinkErrorCode } from '../../../protocol/errors.ts';
import type { Link } from '../../../protocol/link/link.ts';

const server = (host: string, origin: Origin = 'dns'): Candidate => ({
  host,
  port: 1,
  origin,
  from: 'test',
});

/** A search whose clock, network and servers are the test's. */
function bench(found: string[], origin: Origin = 'dns') {
  const state = {
    found,
    down: new Map<string, LinkErrorCode>(),
    nowMs: 0,
    searches: 0,
    dialled: [] as string[],
    network: 'up' as Network['state'],
    clockWrong: false,
  };
  const search = new ServerSearch({
    log: pino({ level: 'silent' }),
    nowMs: () => state.nowMs,
    network: () => state.network,
    isClockWrong: () => state.clockWrong,
    discover: async () => {
      state.searches++;
      return {
        candidates: state.found.map((host) => server(host, origin)),
        reports: [{ origin: 'dns', outcome: 'nothing', detail: 'nothing there' }],
      };
    },
    dial: async (candidate) => {
      state.dialled.push(candidate.host);
      const code = state.down.get(candidate.host);
      if (code) throw new LinkError(code, `${addressOf(candidate)} ${code}`);
      return {} as Link;
    },
  });
  const connect = async (): Promise<string> => {
    await search.connect();
    return search.current?.host ?? '';
  };
  return { state, search, connect };
}

test('the next server is tried when one does not answer', async (t) => {
  const { state, search, connect } = bench(['a', 'b']);
  state.down.set('a', 'timeout');
  t.is(await connect(), 'b');
  t.is(search.trouble, null);
  t.deepEqual(state.dialled, ['a', 'b']);
});

test('a lost link is made again to the same server, and to another when it ended at once', async (t) => {
  const { state, connect } = bench(['a', 'b']);
  state.down.set('a', 'unreachable');
  t.is(await connect(), 'b');
  state.down.clear();
  state.nowMs = 10_000;
  t.is(await connect(), 'b');
  state.nowMs += 100;
  t.is(await connect(), 'a');
  t.is(state.searches, 1);
});

test('after all servers failed it searches again, with pauses that grow', async (t) => {
  const { state, search, connect } = bench(['a']);
  state.down.set('a', 'unreachable');
  for (state.nowMs = 0; state.nowMs < 60_000; state.nowMs += 500) {
    await t.throwsAsync(connect, { code: 'unreachable', message: 'a:1 unreachable' });
  }
  t.is(search.trouble, 'no-answer');
  // At 0, 1, 3, 7, 15, 30 and 45 s.
  t.is(state.searches, 7);
  t.is(state.dialled.length, 120);
  state.found = ['b'];
  state.nowMs += 15_000;
  t.is(await connect(), 'b');
});

test('a search that finds nothing says what each source said, and heals', async (t) => {
  const { state, search, connect } = bench([]);
  const message = 'DNS: nothing there';
  await t.throwsAsync(connect, { code: 'unreachable', message });
  t.is(search.trouble, 'no-server');
  state.network = 'no-network';
  await t.throwsAsync(connect, { message: 'no network' });
  t.is(search.trouble, 'no-network');
  state.network = 'no-address';
  await t.throwsAsync(connect, { message: 'no network' });
  t.is(search.trouble, 'no-address');
  state.found = ['a'];
  state.nowMs = 1000;
  t.is(await connect(), 'a');
  t.is(search.found?.candidates.length, 1);
});

test('servers found before stay when a later search finds none', async (t) => {
  const { state, connect } = bench(['a']);
  state.down.set('a', 'unreachable');
  await t.throwsAsync(connect);
  state.found = [];
  state.nowMs = 20_000;
  await t.throwsAsync(connect);
  state.down.clear();
  t.is(await connect(), 'a');
});

test('a wrong certificate keeps no other server from being tried, and is not for ever', async (t) => {
  const { state, search, connect } = bench(['a', 'b']);
  state.down.set('a', 'pin-mismatch');
  t.is(await connect(), 'b');
  state.down.set('b', 'timeout');
  state.nowMs = 20_000;
  await t.throwsAsync(connect, { code: 'refused', message: 'b:1 timeout; a:1 pin-mismatch' });
  t.is(search.trouble, 'wrong-certificate');
  state.down.clear();
  t.is(await connect(), 'b');
});

test('a cable that is out is the trouble, not a server that does not answer', async (t) => {
  const { state, search, connect } = bench(['a']);
  state.down.set('a', 'unreachable');
  state.network = 'no-network';
  await t.throwsAsync(connect);
  t.is(search.trouble, 'no-network');
  const own = bench(['127.0.0.1']);
  own.state.down.set('127.0.0.1', 'unreachable');
  own.state.network = 'no-network';
  await t.throwsAsync(own.connect);
  t.is(own.search.trouble, 'no-answer');
});

test('a change of the network has it search at once', async (t) => {
  const { state, search, connect } = bench([]);
  await t.throwsAsync(connect);
  await t.throwsAsync(connect);
  t.is(state.searches, 1);
  state.found = ['a'];
  search.hurry();
  t.is(await connect(), 'a');
});

test('the wrong certificate of the server of the command line is told apart', async (t) => {
  const { state, search, connect } = bench(['a'], 'command-line');
  state.down.set('a', 'pin-mismatch');
  await t.throwsAsync(connect, { code: 'pin-mismatch' });
  t.is(search.trouble, 'wrong-certificate');
});

test('whoever refuses a terminal whose clock is wrong may do so because of it', async (t) => {
  const { state, search, connect } = bench(['a']);
  state.down.set('a', 'refused');
  await t.throwsAsync(connect);
  t.is(search.trouble, 'no-answer');
  state.clockWrong = true;
  await t.throwsAsync(connect);
  t.is(search.trouble, 'clock-wrong');
  state.down.set('a', 'unreachable');
  await t.throwsAsync(connect);
  t.is(search.trouble, 'no-answer');
  state.down.clear();
  t.is(await connect(), 'a');
});
