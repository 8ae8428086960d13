import test from 'ava';
import { hostOf, networkOf } from '../../../protocol/link/network.ts';
import { type Place, Step, Strangers } from '../../../protocol/link/strangers.ts';

class Room {
  readonly gone: string[] = [];
  readonly strangers: Strangers;
  nowMs = 0;

  constructor(max: number, maxPerNetwork = max) {
    this.strangers = new Strangers({ max, maxPerNetwork }, () => this.nowMs);
  }

  /** Comes, and is not new any more. */
  enter(name: string, address: string, step: Step = Step.connected): Place {
    const place = this.strangers.enter(address, () => this.gone.push(name));
    place.reach(step);
    this.nowMs += 1000;
    return place;
  }
}

test('when the room is full the oldest goes', (t) => {
  const room = new Room(3);
  for (const name of ['a', 'b', 'c', 'd', 'e']) room.enter(name, '10.0.0.1');
  t.deepEqual(room.gone, ['a', 'b']);
  t.is(room.strangers.count, 3);
});

test('who left takes no place, however often it leaves', (t) => {
  const room = new Room(2);
  const place = room.enter('a', '10.0.0.1');
  place.leave();
  place.leave();
  room.enter('b', '10.0.0.1');
  room.enter('c', '10.0.0.1');
  t.deepEqual(room.gone, []);
  t.is(room.strangers.count, 2);
});

test('who has come far stays, those who said nothing go', (t) => {
  const room = new Room(4);
  room.enter('far', '10.0.0.1', Step.linked);
  room.enter('half', '10.0.0.1', Step.greeted);
  for (const name of ['a', 'b', 'c']) room.enter(name, '10.0.0.1');
  t.deepEqual(room.gone, ['a']);
});

test('those who hold most places after their handshake make room for newcomers', (t) => {
  const room = new Room(4);
  for (const name of ['a', 'b', 'c']) room.enter(name, '10.0.0.1', Step.linked);
  room.enter('new', '10.0.0.1');
  room.enter('newer', '10.0.0.1');
  t.deepEqual(room.gone, ['a']);
});

test('the network with the most pays, though another is older and said nothing', (t) => {
  const room = new Room(4);
  room.enter('lone', '10.0.0.1');
  for (const name of ['a', 'b', 'c', 'd']) room.enter(name, '10.0.0.2', Step.greeted);
  t.deepEqual(room.gone, ['a']);
});

test('within a network the address with the most pays', (t) => {
  const room = new Room(4);
  room.enter('lone', '2001:db8::1');
  for (const name of ['a', 'b', 'c', 'd']) room.enter(name, '2001:db8::2', Step.greeted);
  t.deepEqual(room.gone, ['a']);
});

test('a network is bounded while there is room for others', (t) => {
  const room = new Room(10, 2);
  for (let i = 1; i <= 4; i++) room.enter(`a${i}`, `2001:db8::${i}`);
  room.enter('other', '2001:db8:0:1::1');
  t.deepEqual(room.gone, ['a1', 'a2']);
});

test('a batch that comes at once does not push itself out', (t) => {
  const room = new Room(3);
  for (const name of ['a', 'b', 'c']) room.enter(name, '10.0.0.1', Step.greeted);
  for (const name of ['x', 'y', 'z']) {
    room.strangers.enter('10.0.0.1', () => room.gone.push(name));
  }
  t.deepEqual(room.gone, ['a', 'b', 'c']);
});

test('networks: IPv4 whole, IPv6 by /64, whatever the notation', (t) => {
  t.is(networkOf('192.0.2.7'), '192.0.2.7');
  t.is(networkOf('::ffff:192.0.2.7'), '192.0.2.7');
  t.is(networkOf('2001:DB8:0:1::5'), networkOf('2001:db8:0000:0001:ffff:1:2:3'));
  t.not(networkOf('2001:db8:0:1::5'), networkOf('2001:db8:0:2::5'));
  t.is(networkOf('fe80::1%eth0'), networkOf('fe80::2'));
  t.is(networkOf('::1'), '0:0:0:0::/64');
  t.is(networkOf('64:ff9b::192.0.2.1'), networkOf('64:ff9b::'));
  t.is(networkOf('browser'), 'browser');
  for (const odd of ['', ':', ':::', '1:2', '::%', 'a::b::c']) t.notThrows(() => networkOf(odd));
});

test('the host of a peer', (t) => {
  t.is(hostOf('192.0.2.7:80'), '192.0.2.7');
  t.is(hostOf('[::1]:80'), '::1');
  t.is(hostOf('::1:80'), '::1');
  t.is(hostOf('browser'), 'browser');
});
