import type { ExecutionContext, TestFn } from 'ava';
import { Channel } from '../../../protocol/channel.ts';
import { LinkError, ProtocolError } from '../../../protocol/errors.ts';
import { ByeCode } from '../../../protocol/generated/control.ts';
import { Heartbeat } from '../../../protocol/link/heartbeat.ts';
import type { LinkTuning } from '../../../protocol/link/limits.ts';
import type { Link, LinkClosed, LinkStream, ServerLink } from '../../../protocol/link/link.ts';

export interface Ends {
  readonly client: Link;
  readonly server: ServerLink;
  /** The server's end of the control stream. */
  readonly serverControl: LinkStream;
}

/** What a provider's test supplies: a listener that is gone after the test. */
export interface Provider {
  readonly name: string;
  connect(
    t: ExecutionContext,
    tuning?: Partial<LinkTuning>,
  ): Promise<{ client: Link; server: Promise<ServerLink> }>;
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (data: Uint8Array): string => new TextDecoder().decode(data);

export const nextMessage = (stream: LinkStream): Promise<Uint8Array> =>
  new Promise((resolve) => stream.onMessage(resolve));
export const closed = (link: Link): Promise<LinkClosed> =>
  new Promise((resolve) => link.onClose(resolve));

const arrivals = new WeakMap<
  Link,
  { arrived: LinkStream[]; wanted: ((s: LinkStream) => void)[] }
>();

/** Streams in the order the peer opened them; none is lost between two calls. */
export function nextBidi(link: Link): Promise<LinkStream> {
  const known = arrivals.get(link);
  const queue = known ?? { arrived: [], wanted: [] };
  if (known === undefined) {
    arrivals.set(link, queue);
    link.onBidi((stream) => {
      const wanted = queue.wanted.shift();
      if (wanted === undefined) queue.arrived.push(stream);
      else wanted(stream);
    });
  }
  const stream = queue.arrived.shift();
  if (stream !== undefined) return Promise.resolve(stream);
  return new Promise((resolve) => queue.wanted.push(resolve));
}

export async function join(
  provider: Provider,
  t: ExecutionContext,
  tuning?: Partial<LinkTuning>,
): Promise<Ends> {
  const { client, server: pending } = await provider.connect(t, tuning);
  const control = await client.openBidi(Channel.control);
  control.send(bytes('first'));
  const server = await pending;
  const serverControl = await nextBidi(server);
  t.is(text(await nextMessage(serverControl)), 'first');
  server.admit();
  t.teardown(() => {
    client.close(ByeCode.normal, 'the test is over');
    server.close(ByeCode.normal, 'the test is over');
  });
  return { client, server, serverControl };
}

/** The far end of a socket hears of its end a little later; ends with the test's own timeout at worst. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Every provider must pass these. */
export function conformance(test: TestFn, provider: Provider): void {
  const it = (title: string, body: (t: ExecutionContext) => Promise<void>): void =>
    test(`${provider.name}: ${title}`, body);

  it('messages go both ways, in order and whole', async (t) => {
    const { client, server } = await join(provider, t);
    const near = await client.openBidi(Channel.input);
    const far = await nextBidi(server);
    t.is(far.channel, Channel.input);
    const got: string[] = [];
    const done = Promise.withResolvers<void>();
    far.onMessage((message) => {
      got.push(text(message));
      far.send(bytes('re:'), message);
      if (got.length === 200) done.resolve();
    });
    const answers: string[] = [];
    const answered = Promise.withResolvers<void>();
    near.onMessage((message) => {
      answers.push(text(message));
      if (answers.length === 200) answered.resolve();
    });
    const sent = Array.from({ length: 200 }, (_, i) => `message ${i}`.repeat(i % 7));
    for (const message of sent) near.send(bytes(message));
    await done.promise;
    await answered.promise;
    t.deepEqual(got, sent);
    t.deepEqual(
      answers,
      sent.map((message) => `re:${message}`),
    );
  });

  it('units arrive whole, small, empty and large', async (t) => {
    const { client, server } = await join(provider, t);
    await client.openBidi(Channel.display);
    await nextBidi(server);
    const got: Uint8Array[] = [];
    const done = Promise.withResolvers<void>();
    client.onUni((channel, unit) => {
      t.is(channel, Channel.display);
      got.push(unit);
      if (got.length === 4) done.resolve();
    });
    const large = crypto.getRandomValues(new Uint8Array(60_000));
    const units = [
      [bytes('head'), bytes('tail')],
      [],
      [bytes('x'), ...Array(50).fill(large)],
      [large],
    ];
    for (const parts of units) {
      const unit = server.openUni(Channel.display);
      unit.write(...parts);
      unit.end();
    }
    await done.promise;
    const sizes = (list: readonly (readonly Uint8Array[])[]): Buffer[] =>
      list.map((p) => Buffer.concat(p));
    const byLength = (a: Uint8Array, b: Uint8Array): number => a.length - b.length;
    const expected = sizes(units).sort(byLength);
    t.true(
      got.sort(byLength).every((unit, i) => Buffer.compare(unit, expected[i] as Buffer) === 0),
    );
  });

  it('a unit that was reset does not arrive, the next one does', async (t) => {
    const { client, server } = await join(provider, t);
    await client.openBidi(Channel.display);
    await nextBidi(server);
    const got = new Promise<string>((resolve) => client.onUni((_, unit) => resolve(text(unit))));
    const dropped = server.openUni(Channel.display);
    dropped.write(bytes('dropped'));
    dropped.reset();
    const kept = server.openUni(Channel.display);
    kept.write(bytes('kept'));
    kept.end();
    t.is(await got, 'kept');
  });

  it('the listening side can open a channel', async (t) => {
    const { client, server } = await join(provider, t);
    const arrives = nextBidi(client);
    const near = await server.openBidi(Channel.cursor);
    const far = await arrives;
    t.is(far.channel, Channel.cursor);
    near.send(bytes('arrow'));
    t.is(text(await nextMessage(far)), 'arrow');
    far.send(bytes('thanks'));
    t.is(text(await nextMessage(near)), 'thanks');
  });

  it('several channels can be opened at once', async (t) => {
    const { client, server } = await join(provider, t);
    const seen = new Set<number>();
    const all = Promise.withResolvers<void>();
    server.onBidi((stream) => {
      seen.add(stream.channel);
      if (seen.size === 3) all.resolve();
    });
    const channels = [Channel.input, Channel.display, Channel.audio] as const;
    await Promise.all(channels.map((channel) => client.openBidi(channel)));
    await all.promise;
    t.deepEqual([...seen].sort(), [...channels]);
  });

  it('a channel has one stream', async (t) => {
    const { client } = await join(provider, t);
    await client.openBidi(Channel.input);
    await t.throwsAsync(client.openBidi(Channel.input), { instanceOf: LinkError, code: 'usage' });
    t.throws(() => client.openUni(Channel.display), { instanceOf: LinkError, code: 'usage' });
  });

  it('what arrives before anybody listens waits', async (t) => {
    const { client, server, serverControl } = await join(provider, t);
    serverControl.send(bytes('one'));
    serverControl.send(bytes('two'));
    // Asked for or announced on the way that the messages took, so they have arrived.
    const arrives = nextBidi(client);
    await server.openBidi(Channel.cursor);
    await arrives;
    const control = await client.openBidi(Channel.control);
    const got: string[] = [];
    await new Promise<void>((resolve) =>
      control.onMessage((message) => {
        got.push(text(message));
        if (got.length === 2) resolve();
      }),
    );
    t.deepEqual(got, ['one', 'two']);
  });

  it('ending a stream closes it on both sides and leaves the link', async (t) => {
    const { client, server, serverControl } = await join(provider, t);
    const near = await client.openBidi(Channel.input);
    const far = await nextBidi(server);
    near.send(bytes('last'));
    const gone = new Promise<void>((resolve) => far.onClose(resolve));
    near.end();
    t.is(text(await nextMessage(far)), 'last');
    await gone;
    t.is(client.closed, null);
    serverControl.send(bytes('still here'));
    t.is(text(await nextMessage(await client.openBidi(Channel.control))), 'still here');
  });

  it('closing tells the peer code and reason, after what was sent', async (t) => {
    const { client, server, serverControl } = await join(provider, t);
    const control = await client.openBidi(Channel.control);
    const streamClosed = new Promise<void>((resolve) => control.onClose(resolve));
    const message = nextMessage(control);
    serverControl.send(bytes('refused because'));
    server.close(ByeCode.replaced, 'another terminal took over');
    t.is(text(await message), 'refused because');
    const info = await closed(client);
    t.is(info.code, ByeCode.replaced);
    t.is(info.reason, 'another terminal took over');
    t.deepEqual(await closed(server), {
      code: ByeCode.replaced,
      reason: 'another terminal took over',
    });
    await streamClosed;
    t.false(control.send(bytes('too late')));
    await t.throwsAsync(client.openBidi(Channel.usb), { instanceOf: LinkError, code: 'closed' });
  });

  it('a protocol error thrown by a callback closes the link with its words', async (t) => {
    const { client, server, serverControl } = await join(provider, t);
    serverControl.onMessage(() => {
      throw new ProtocolError('malformed', 'Hello', 'nonsense');
    });
    (await client.openBidi(Channel.control)).send(bytes('?'));
    t.like(await closed(client), { code: ByeCode.protocol, reason: 'Hello: nonsense' });
    t.is((await closed(server)).code, ByeCode.protocol);
  });

  it('the round trip is measured, and a peer that only answers is kept', async (t) => {
    const tuning = { heartbeatMs: 20, silenceMs: 300, restMs: 100 };
    const { client, server } = await join(provider, t, tuning);
    const rttMs = (): number => Math.min(...[client, server].map((l) => l.stats().rttMs || 1e9));
    // Whoever is asked by the other may leave it at that; where the kernel watches, only what is said is followed.
    await until(() => {
      client.ask();
      return rttMs() < 1e9;
    });
    t.true(rttMs() >= 0 && rttMs() < 1000);
    // A peer that does not answer would be dead by then.
    await new Promise<void>((dead) => {
      const mute = new Heartbeat({
        ...tuning,
        isAnswered: true,
        ping: () => {},
        dead: () => dead(),
      });
      t.teardown(() => mute.stop());
    });
    t.is(client.closed, null);
    t.is(server.closed, null);
  });
}
