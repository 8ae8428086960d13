import test from 'ava';
import type { WlSubsurface } from '../../../../protocol/wayland/generated/wayland.ts';
import { attach, Bench, type ClientSurface } from '../wayland-fakes/bench.ts';
import type { FakeResource } from '../wayland-fakes/fake-client.ts';

interface Tree {
  bench: Bench;
  parent: ClientSurface;
  child: ClientSurface;
  subsurface: WlSubsurface & FakeResource;
}

function makeTree(): Tree {
  const bench = new Bench();
  const parent = bench.createMapped(100, 100);
  const child = bench.createSurface();
  const subsurface = bench.createSubsurface(child, parent);
  attach(child, bench.client.createBuffer(10, 10));
  child.resource.request('commit');
  parent.resource.request('commit');
  return { bench, parent, child, subsurface };
}

const commit = ({ resource }: ClientSurface) => resource.request('commit');
const at = (parent: ClientSurface, x: number, y: number) => parent.surface.surfaceAt(x, y)?.surface;

test('content and presence of a synchronised child wait for the parent', (t) => {
  const bench = new Bench();
  const parent = bench.createMapped(100, 100);
  const child = bench.createSurface();
  bench.createSubsurface(child, parent);
  attach(child, bench.client.createBuffer(10, 10));
  commit(child);
  t.false(child.surface.hasBuffer);
  t.is(at(parent, 5, 5), parent.surface);
  commit(parent);
  t.true(child.surface.hasBuffer);
  t.is(at(parent, 5, 5), child.surface);
});

test('the position belongs to the parent, in either mode', (t) => {
  for (const mode of ['setSync', 'setDesync']) {
    const { parent, child, subsurface } = makeTree();
    subsurface.request(mode);
    subsurface.request('setPosition', 50, 50);
    commit(child);
    t.is(at(parent, 5, 5), child.surface);
    commit(parent);
    t.is(at(parent, 55, 55), child.surface);
    t.is(at(parent, 5, 5), parent.surface);
  }
});

test('the position of a grandchild waits until its synchronised parent is applied', (t) => {
  const { bench, parent, child, subsurface } = makeTree();
  t.false(subsurface.destroyed);
  const grandchild = bench.createSurface();
  const inner = bench.createSubsurface(grandchild, child);
  attach(grandchild, bench.client.createBuffer(4, 4));
  commit(grandchild);
  inner.request('setPosition', 20, 0);
  commit(child);
  t.is(at(parent, 21, 1), parent.surface);
  commit(parent);
  t.is(at(parent, 21, 1), grandchild.surface);
});

test('a desynchronised child shows its commits at once, unless an ancestor is synchronised', (t) => {
  const { bench, parent, child, subsurface } = makeTree();
  const grandchild = bench.createSurface();
  bench.createSubsurface(grandchild, child).request('setDesync');
  attach(grandchild, bench.client.createBuffer(4, 4));
  commit(grandchild);
  t.false(grandchild.surface.hasBuffer, 'its parent is synchronised');
  commit(child);
  t.false(grandchild.surface.hasBuffer);
  subsurface.request('setDesync');
  t.true(grandchild.surface.hasBuffer, 'what was cached is applied');
  t.is(at(parent, 1, 1), grandchild.surface);
  attach(grandchild, bench.client.createBuffer(6, 6));
  commit(grandchild);
  t.is(grandchild.surface.width, 6);
});

test('commits in the cache merge; a replaced buffer in it is released', (t) => {
  const { bench, parent, child } = makeTree();
  bench.client.takeEvents();
  const [first, second] = [bench.client.createBuffer(20, 20), bench.client.createBuffer(30, 30)];
  attach(child, first);
  commit(child);
  attach(child, second);
  commit(child);
  t.deepEqual(bench.client.takeEvents(), [`${first}.release`]);
  t.is(child.surface.width, 10);
  commit(parent);
  t.is(child.surface.width, 30);
});

test('stacking: above, below, and only once the parent commits', (t) => {
  const { bench, parent, child, subsurface } = makeTree();
  const other = bench.createSurface();
  const otherSub = bench.createSubsurface(other, parent);
  attach(other, bench.client.createBuffer(10, 10));
  commit(other);
  commit(parent);
  t.is(at(parent, 5, 5), other.surface, 'a new one comes on top');
  otherSub.request('placeBelow', child.resource);
  t.is(at(parent, 5, 5), other.surface);
  commit(parent);
  t.is(at(parent, 5, 5), child.surface);
  subsurface.request('placeBelow', parent.resource);
  otherSub.request('placeBelow', child.resource);
  commit(parent);
  t.is(at(parent, 5, 5), parent.surface);
  otherSub.request('placeAbove', parent.resource);
  commit(parent);
  t.is(at(parent, 5, 5), other.surface);
  t.deepEqual(bench.client.errors, []);
});

test('wrong siblings are refused', (t) => {
  const { bench, child, subsurface } = makeTree();
  const stranger = bench.createSurface();
  for (const sibling of [stranger, child]) {
    subsurface.request('placeAbove', sibling.resource);
    t.deepEqual(bench.client.errors.splice(0), [{ on: 'wl_subsurface', code: 0 }]);
  }
});

test('wrong parents and taken surfaces are refused', (t) => {
  const { bench, parent, child } = makeTree();
  bench.createSubsurface(parent, parent);
  t.deepEqual(bench.client.errors.splice(0), [{ on: 'wl_subcompositor', code: 1 }]);
  bench.createSubsurface(parent, child);
  t.deepEqual(bench.client.errors.splice(0), [{ on: 'wl_subcompositor', code: 1 }]);
  bench.createSubsurface(child, bench.createSurface());
  t.deepEqual(bench.client.errors.splice(0), [{ on: 'wl_subcompositor', code: 0 }]);
});

test('nesting has an end', (t) => {
  const bench = new Bench();
  let parent = bench.createSurface();
  for (let depth = 0; depth < 70; depth++) {
    const child = bench.createSurface();
    bench.createSubsurface(child, parent);
    parent = child;
  }
  t.is(bench.client.errors[0]?.code, 1);
});

test('a child goes at once with its role object, and may come back', (t) => {
  const { bench, parent, child, subsurface } = makeTree();
  subsurface.request('destroy');
  t.is(at(parent, 5, 5), parent.surface);
  bench.createSubsurface(child, parent);
  commit(parent);
  t.is(at(parent, 5, 5), child.surface);
  t.deepEqual(bench.client.errors, []);
});

test('children of a destroyed parent are no longer shown and still answer', (t) => {
  const { bench, parent, child, subsurface } = makeTree();
  attach(child, bench.client.createBuffer(7, 7));
  commit(child);
  parent.resource.request('destroy');
  subsurface.request('setPosition', 1, 1);
  subsurface.request('setDesync');
  commit(child);
  child.resource.request('destroy');
  subsurface.request('destroy');
  t.deepEqual(bench.client.errors, []);
});

test('unmapping a parent hides its children from input', (t) => {
  const { bench, parent, child } = makeTree();
  attach(parent, null);
  commit(parent);
  t.is(at(parent, 5, 5), undefined);
  attach(parent, bench.client.createBuffer(100, 100));
  commit(parent);
  t.is(at(parent, 5, 5), child.surface);
});
