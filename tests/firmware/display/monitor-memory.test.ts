import { readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { DISPLAY_DEFAULTS, type MonitorConfig } from '../../../firmware/config/display.ts';
import { chooseMonitors } from '../../../firmware/display/kms-monitor.ts';
import { MonitorMemory } from '../../../firmware/display/monitor-memory.ts';
import type { Connector } from '../../../native/drm/index.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { edid } from './fake-card.ts';

const log = openLog({ name: 'test', level: 'silent', readable: false });

const socket = (id: number, shows: Uint8Array, width = 1920): Connector => ({
  ...{ id, name: `DP-${id}`, connected: true, nonDesktop: false, linkBad: false },
  ...{ widthMm: 0, heightMm: 0, crtcs: [41, 42, 43], edid: shows },
  modes: [
    {
      ...{ name: `${width}x1080`, width, height: 1080, refreshHz: 60 },
      ...{ preferred: true, interlaced: false, raw: Uint8Array.of(width & 255) },
    },
  ],
});

/** @returns sockets from left to right, with where each begins */
const places = (
  connectors: Connector[],
  memory: MonitorMemory,
  monitors: readonly MonitorConfig[] = [],
): [number, number][] =>
  chooseMonitors(
    connectors,
    { ...DISPLAY_DEFAULTS, monitors },
    new Map(),
    null,
    memory,
  ).monitors.map(({ info }) => [info.id, info.x]);

const [left, right] = [edid(1), edid(2)];

test('the same two monitors come back in their places, whatever sockets they are in', (t) => {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  const file = `${scratch.path}/state/monitors.json`;
  const memory = new MonitorMemory(file, log);
  t.deepEqual(places([socket(1, left), socket(2, right, 1280)], memory), [
    [1, 0],
    [2, 1920],
  ]);
  const crossed = [socket(1, right, 1280), socket(2, left)];
  const wanted = [
    [2, 0],
    [1, 1920],
  ] as [number, number][];
  t.deepEqual(places(crossed, memory), wanted);
  t.deepEqual(places([socket(3, edid(9))], memory), [[3, 0]]);
  t.deepEqual(places(crossed, new MonitorMemory(file, log)), wanted, 'after a restart');
});

test('a monitor that is new stands to the right of those that are known', (t) => {
  const memory = new MonitorMemory(null, log);
  places([socket(2, left)], memory);
  t.deepEqual(places([socket(1, edid(5)), socket(2, left)], memory), [
    [2, 0],
    [1, 1920],
  ]);
});

test('what says nothing of itself, or the same as another, is known by its socket', (t) => {
  for (const shown of [new Uint8Array(), edid(0)]) {
    const memory = new MonitorMemory(null, log);
    places([socket(4, shown), socket(3, shown)], memory);
    t.deepEqual(places([socket(3, shown), socket(4, shown)], memory), [
      [4, 0],
      [3, 1920],
    ]);
  }
});

test('the file of the terminal goes before what was remembered', (t) => {
  const memory = new MonitorMemory(null, log);
  places([socket(1, left), socket(2, right)], memory);
  const nothing = { enabled: true, mode: null, scale: null, rotate: 0, place: null } as const;
  const monitors: MonitorConfig[] = [{ match: 'DP-2', ...nothing }];
  t.deepEqual(places([socket(1, left), socket(2, right)], memory, monitors), [
    [2, 0],
    [1, 1920],
  ]);
});

test('few monitors are remembered, and a file that is none is no harm', (t) => {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  const file = `${scratch.path}/monitors.json`;
  writeFileSync(file, '{"no": ["list"');
  const memory = new MonitorMemory(file, log);
  for (let serial = 1; serial <= 100; serial++) places([socket(1, edid(serial))], memory);
  t.is(JSON.parse(readFileSync(file, 'utf8')).length, 64);
  writeFileSync(file, '[1, null, "x"]');
  t.notThrows(() => places([socket(1, left)], new MonitorMemory(file, log)));
});
