import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import {
  allInterfaces,
  WlOutputTransform,
  WlPointerAxisRelativeDirection,
  WlSurfaceError,
  WpCursorShapeDeviceV1Shape,
  wlCallback,
  wlPointer,
  wlSurface,
  XdgToplevelState,
  xdgToplevel,
} from '../../../protocol/wayland/generated/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const tool = join(root, 'protocol/tools/wayland.ts');
const parts = ['generated', 'client/generated'];
const committed = join(root, 'protocol/wayland');

const check = (output: string) =>
  spawnSync(process.execPath, [tool, '--check', '--output', output], { encoding: 'utf8' });

test('the committed files are what the generator makes', (t) => {
  t.like(check(committed), { status: 0, stderr: '' });
});

test('a stale, a missing and a surplus file each fail the check by name', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'wayray-generated-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const part of parts) cpSync(join(committed, part), join(folder, part), { recursive: true });
  appendFileSync(join(folder, 'generated/viewporter.ts'), '// changed\n');
  rmSync(join(folder, 'client/generated/xdg-shell.ts'));
  writeFileSync(join(folder, 'generated/old.ts'), '');
  const { status, stderr } = check(folder);
  t.is(status, 1);
  for (const name of ['viewporter.ts', 'xdg-shell.ts', 'old.ts']) t.regex(stderr, new RegExp(name));
  execFileSync(process.execPath, [tool, '--output', folder]);
  t.is(check(folder).status, 0);
  for (const part of parts)
    t.deepEqual(readdirSync(join(folder, part)), readdirSync(join(committed, part)));
});

test('facts beyond the XML are in their place', (t) => {
  t.is(wlSurface.version, 6);
  t.deepEqual(
    wlSurface.events.map(({ name, since }) => [name, since]),
    [
      ['enter', 1],
      ['leave', 1],
      ['preferred_buffer_scale', 6],
      ['preferred_buffer_transform', 6],
    ],
  );
  t.deepEqual(
    wlPointer.events.slice(-2).map(({ name, since }) => [name, since]),
    [
      ['axis_value120', 8],
      ['axis_relative_direction', 9],
    ],
  );
  t.is(WlPointerAxisRelativeDirection.inverted, 1);
  t.is(WlSurfaceError.defunctRoleObject, 4);
  t.is(xdgToplevel.version, 6);
  t.is(XdgToplevelState.suspended, 9);
  t.is(WpCursorShapeDeviceV1Shape.zoomOut, 34);
  t.is(WlOutputTransform._270, 3);
  t.true(wlCallback.events[0]?.destructor);
});

test('every interface is there once and no message is newer than its interface', (t) => {
  const names = allInterfaces.map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  for (const { name, version, requests, events } of allInterfaces)
    for (const message of [...requests, ...events])
      t.true(message.since <= version, `${name}.${message.name}`);
});
