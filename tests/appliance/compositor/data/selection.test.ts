import test from 'ava';
import { type Actor, Stage } from '../stage.ts';
import type { WireObject } from '../wire-client.ts';

const CLIPBOARD = {
  manager: 'wl_data_device_manager',
  version: 3,
  source: 'create_data_source',
  device: 'get_data_device',
};
const PRIMARY = {
  manager: 'zwp_primary_selection_device_manager_v1',
  version: 1,
  source: 'create_source',
  device: 'get_device',
};
type Words = typeof CLIPBOARD;

async function participant(stage: Stage, words: Words) {
  const actor = await stage.connect();
  const manager = actor.wire.bind(words.manager, words.version);
  const device = actor.wire.request(manager, words.device, 'new', actor.seat);
  const surface = await actor.serverSurface(actor.surface(10, 10));
  const select = (serial = 0, types = ['text/plain']): WireObject => {
    const source = actor.wire.request(manager, words.source, 'new');
    for (const type of types) actor.wire.request(source, 'offer', type);
    actor.wire.request(device, 'set_selection', source, serial);
    return source;
  };
  return { actor, device, surface, select };
}

/** What a device was told: the types of the last selection, null for none, undefined for nothing. */
function selected(actor: Actor, device: WireObject): unknown {
  const last = actor.wire.take(device).findLast(([name]) => name === 'selection');
  if (!last) return undefined;
  const offer = last[1] as WireObject | null;
  return offer && actor.wire.take(offer).map(([, type]) => type);
}

for (const [name, words] of Object.entries({ CLIPBOARD, PRIMARY })) {
  test.serial(
    `${name}: the focused client is told, the others when they get the focus`,
    async (t) => {
      using stage = new Stage();
      const from = await participant(stage, words);
      const to = await participant(stage, words);
      stage.seat.setKeyboardFocus(from.surface);
      from.select(0, ['text/plain', 'text/html']);
      await stage.settle();
      t.deepEqual(selected(from.actor, from.device), ['text/plain', 'text/html']);
      t.is(selected(to.actor, to.device), undefined);
      const keyboard = to.actor.keyboard();
      await stage.settle();
      to.actor.wire.take(keyboard);
      stage.seat.setKeyboardFocus(to.surface);
      await stage.settle();
      const order = to.actor.wire.events.map(({ name: event }) => event);
      t.true(order.indexOf('selection') < order.indexOf('enter'));
      t.deepEqual(selected(to.actor, to.device), ['text/plain', 'text/html']);
      from.select(0, ['image/png']);
      await stage.settle();
      t.deepEqual(selected(to.actor, to.device), ['image/png']);
      t.deepEqual([from.actor.wire.error, to.actor.wire.error, ...stage.errors], [null, null]);
    },
  );

  test.serial(
    `${name}: a replaced source is cancelled, a destroyed one leaves nothing selected`,
    async (t) => {
      using stage = new Stage();
      const from = await participant(stage, words);
      stage.seat.setKeyboardFocus(from.surface);
      const first = from.select();
      await stage.settle();
      const second = from.select();
      await stage.settle();
      t.deepEqual(from.actor.wire.take(first), [['cancelled']]);
      t.deepEqual(selected(from.actor, from.device), ['text/plain']);
      from.actor.wire.request(second, 'destroy');
      await stage.settle();
      t.is(selected(from.actor, from.device), null);
    },
  );

  test.serial(`${name}: an overtaken wish and one from the future lose`, async (t) => {
    using stage = new Stage();
    const from = await participant(stage, words);
    stage.seat.setKeyboardFocus(from.surface);
    const now = stage.display.nextSerial();
    from.select(now, ['newest']);
    const old = from.select(now - 1, ['old']);
    const forged = from.select(now + 100_000, ['forged']);
    await stage.settle();
    t.deepEqual(selected(from.actor, from.device), ['newest']);
    t.deepEqual(from.actor.wire.names(old), ['cancelled']);
    t.deepEqual(from.actor.wire.names(forged), ['cancelled']);
  });

  test.serial(`${name}: selecting in a loop tells the focused client once a batch`, async (t) => {
    using stage = new Stage();
    const from = await participant(stage, words);
    const to = await participant(stage, words);
    stage.seat.setKeyboardFocus(to.surface);
    await stage.settle();
    for (let i = 0; i < 50; i++) from.select();
    await stage.settle();
    const told = to.actor.wire.names(to.device).filter((event) => event === 'selection');
    t.true(told.length >= 1 && told.length < 10, `${told.length} times`);
  });
}

test.serial(
  'the primary selection is open while nobody has the keyboard, the clipboard is not',
  async (t) => {
    using stage = new Stage();
    for (const [words, expected] of [
      [PRIMARY, ['text/plain']],
      [CLIPBOARD, undefined],
    ] as const) {
      const from = await participant(stage, words);
      const to = await participant(stage, words);
      from.select();
      await stage.settle();
      t.deepEqual(selected(to.actor, to.device), expected);
    }
  },
);

test.serial('a selection of the compositor itself is offered like any other', async (t) => {
  using stage = new Stage();
  const to = await participant(stage, CLIPBOARD);
  stage.seat.setKeyboardFocus(to.surface);
  const changes: unknown[] = [];
  stage.selections.onSelectionChanged((kind, source) => changes.push([kind, source !== null]));
  let cancelled = 0;
  stage.selections.setServerSelection('clipboard', {
    mimeTypes: new Set(['text/plain']),
    client: null,
    send: () => {},
    cancel: () => cancelled++,
    onDestroy: () => () => {},
  });
  await stage.settle();
  t.deepEqual(selected(to.actor, to.device), ['text/plain']);
  to.select();
  await stage.settle();
  t.is(cancelled, 1);
  t.deepEqual(changes, [
    ['clipboard', true],
    ['clipboard', true],
  ]);
});

test.serial('drag errors on a clipboard offer and source', async (t) => {
  using stage = new Stage();
  const to = await participant(stage, CLIPBOARD);
  stage.seat.setKeyboardFocus(to.surface);
  to.select();
  await stage.settle();
  const offer = to.actor.wire.take(to.device).at(-1)?.[1] as WireObject;
  to.actor.wire.request(offer, 'finish');
  await to.actor.wire.roundtrip();
  t.like(to.actor.wire.error, { code: 0, objectId: offer.id });
  const other = await participant(stage, CLIPBOARD);
  const source = other.select();
  other.actor.wire.request(source, 'set_actions', 1);
  await other.actor.wire.roundtrip();
  t.like(other.actor.wire.error, { code: 1, objectId: source.id });
});

test.serial('a client that keeps thousands of offers is ended, nobody else', async (t) => {
  using stage = new Stage();
  const hostile = await participant(stage, CLIPBOARD);
  const other = await participant(stage, CLIPBOARD);
  stage.seat.setKeyboardFocus(hostile.surface);
  for (let i = 0; i < 1100 && !hostile.actor.wire.error; i++) {
    hostile.select();
    await stage.settle();
  }
  t.like(hostile.actor.wire.error, { code: 2 });
  await other.actor.wire.roundtrip();
  t.is(other.actor.wire.error, null);
});
