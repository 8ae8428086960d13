import test from 'ava';
import { bestMode, chooseMonitor, sameMonitor } from '../../../firmware/display/kms-monitor.ts';
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
  widthMm: 0,
  heightMm: 0,
  crtcs: [40 + id],
  edid: new Uint8Array(),
  modes: [mode(1920, 1080, { preferred: true })],
  ...more,
});

test('the mode is what the monitor likes, else the largest and fastest that is not interlaced', (t) => {
  t.is(bestMode([]), null);
  t.is(bestMode([mode(3840, 2160), mode(1920, 1080, { preferred: true })])?.width, 1920);
  const modes = [mode(800, 600), mode(1024, 768), mode(1024, 768, { refreshHz: 75 })];
  t.like(bestMode([...modes, mode(1920, 1080, { interlaced: true })]), {
    width: 1024,
    refreshHz: 75,
  });
});

test('the first monitor that can show a desktop is taken', (t) => {
  t.is(chooseMonitor([]), null);
  const unfit = [
    connector(1, { connected: false }),
    connector(2, { nonDesktop: true }),
    connector(3, { modes: [] }),
    connector(4, { crtcs: [] }),
  ];
  t.is(chooseMonitor(unfit), null);
  t.like(chooseMonitor([...unfit, connector(5), connector(6)]), { crtc: 45 });
});

test('a monitor is another one with another mode or connector', (t) => {
  const [a, b] = [chooseMonitor([connector(1)]), chooseMonitor([connector(2)])];
  const wider = chooseMonitor([connector(1, { modes: [mode(2560, 1440)] })]);
  t.true(sameMonitor(a, chooseMonitor([connector(1)])));
  t.false(sameMonitor(a, b));
  t.false(sameMonitor(a, wider));
  t.false(sameMonitor(a, null));
  t.true(sameMonitor(null, null));
});
