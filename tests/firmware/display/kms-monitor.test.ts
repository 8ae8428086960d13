import test from 'ava';
import { DISPLAY_DEFAULTS, type MonitorConfig } from '../../../firmware/config/display.ts';
import {
  bestMode,
  chooseMonitors,
  modeFor,
  sameMonitor,
  scaleOf,
} from '../../../firmware/display/kms-monitor.ts';
import type { Connector, Mode } from '../../../native/drm/index.ts';

const mode = (width: number, height: number, more: Partial<Mode> = {}): Mode => ({
  name: `${width}x${height}`,
  width,
  height,
  refreshHz: 60,
  preferred: false,
  interlaced: false,
  raw: Uint8Array.of(width & 0xff, height & 0xff, more.refreshHz ?? 60),
  ...more,
});

const connector = (id: number, more: Partial<Connector> = {}): Connector => ({
  id,
  name: `HDMI-A-${id}`,
  connected: true,
  nonDesktop: false,
  linkBad: false,
  widthMm: 0,
  heightMm: 0,
  crtcs: [41, 42],
  edid: new Uint8Array(),
  modes: [mode(1920, 1080, { preferred: true })],
  ...more,
});

const wanted = (match: string, more: Partial<MonitorConfig> = {}): MonitorConfig => ({
  match,
  enabled: true,
  mode: null,
  scale: null,
  rotate: 0,
  place: null,
  ...more,
});

const choose = (
  connectors: readonly Connector[],
  monitors: readonly MonitorConfig[] = [],
  now: ReadonlyMap<number, number> = new Map(),
) => chooseMonitors(connectors, { ...DISPLAY_DEFAULTS, monitors }, now);

test('the mode is what the monitor likes, else the largest and fastest that is not interlaced', (t) => {
  t.is(bestMode([]), null);
  t.is(bestMode([mode(3840, 2160), mode(1920, 1080, { preferred: true })])?.width, 1920);
  const modes = [mode(800, 600), mode(1024, 768), mode(1024, 768, { refreshHz: 75 })];
  t.like(bestMode([...modes, mode(1920, 1080, { interlaced: true })]), {
    width: 1024,
    refreshHz: 75,
  });
});

test('a mode that is asked for is taken where the monitor has it', (t) => {
  const modes = [
    mode(1920, 1080, { preferred: true }),
    mode(1280, 1024, { refreshHz: 59.94 }),
    mode(1280, 1024, { refreshHz: 75 }),
  ];
  const size = { width: 1280, height: 1024 };
  t.is(modeFor(modes, { ...size, refreshHz: 60 })?.refreshHz, 59.94);
  t.is(modeFor(modes, { ...size, refreshHz: null })?.refreshHz, 75);
  t.is(modeFor(modes, { ...size, refreshHz: 85 })?.width, 1920);
});

test('all monitors that can show a desktop are taken, from left to right', (t) => {
  const unfit = [
    connector(1, { connected: false }),
    connector(2, { nonDesktop: true }),
    connector(3, { modes: [] }),
  ];
  t.deepEqual(choose(unfit).monitors, []);
  const { monitors, without } = choose([
    ...unfit,
    connector(4, { crtcs: [] }),
    connector(5),
    connector(6),
  ]);
  t.deepEqual(
    monitors.map(({ info, crtc }) => [info.id, info.name, crtc, info.x]),
    [
      [5, 'HDMI-A-5', 41, 0],
      [6, 'HDMI-A-6', 42, 1920],
    ],
  );
  t.deepEqual(
    without.map(({ id }) => id),
    [4],
  );
});

test('the file says which is first, how it is turned and scaled, and which stays dark', (t) => {
  const { monitors } = choose(
    [connector(1), connector(2), connector(3)],
    [
      wanted('HDMI-A-3', { rotate: 90, scale: 1.5 }),
      wanted('HDMI-A-1', { enabled: false }),
      wanted('HDMI-A-2', { place: { x: -1920, y: 100 } }),
    ],
  );
  t.like(monitors[0]?.info, { id: 3, transform: 1, scale120: 180, widthPx: 1920, heightPx: 1080 });
  // What is to the left of the first moves it: everything begins at 0,0.
  t.deepEqual(
    monitors.map(({ info }) => [info.id, info.x, info.y]),
    [
      [3, 1920, 0],
      [2, 0, 100],
    ],
  );
});

test('the scale goes by the dots per inch, where the monitor knows its size', (t) => {
  const uhd = { width: 3840, height: 2160 };
  const hd = { width: 1920, height: 1080 };
  t.is(scaleOf({ widthMm: 600, heightMm: 340 }, uhd), 1.5);
  t.is(scaleOf({ widthMm: 530, heightMm: 300 }, uhd), 2);
  t.is(scaleOf({ widthMm: 530, heightMm: 300 }, hd), 1);
  t.is(scaleOf({ widthMm: 344, heightMm: 194 }, hd), 1.5);
  t.is(scaleOf({ widthMm: 400, heightMm: 225 }, hd), 1.25);
  // None, an aspect ratio, and what a wall would have.
  for (const [widthMm, heightMm] of [
    [0, 0],
    [16, 9],
    [160, 90],
    [4000, 2250],
  ] as const)
    t.true(scaleOf({ widthMm, heightMm }, widthMm === 160 ? hd : uhd) <= 2);
  t.is(scaleOf({ widthMm: 16, heightMm: 9 }, uhd), 1);
});

test('monitors keep their CRTCs when another one comes', (t) => {
  const now = new Map([[2, 41]]);
  const { monitors } = choose([connector(1), connector(2)], [], now);
  t.deepEqual(
    monitors.map(({ crtc }) => crtc),
    [42, 41],
  );
});

test('a monitor is lit anew for another mode or turn, not for another place', (t) => {
  const [a] = choose([connector(1)]).monitors;
  const [wider] = choose([connector(1, { modes: [mode(2560, 1440)] })]).monitors;
  const [turned] = choose([connector(1)], [wanted('HDMI-A-1', { rotate: 180 })]).monitors;
  const [, moved] = choose([connector(2), connector(1)]).monitors;
  if (!a || !wider || !turned || !moved) return t.fail();
  t.false(sameMonitor(a, wider));
  t.false(sameMonitor(a, turned));
  t.true(sameMonitor(a, { ...moved, crtc: a.crtc }));
});
