import test from 'ava';
import { type CursorPlane, KmsCursor } from '../../../firmware/display/kms-cursor.ts';
import type { Overlay } from '../../../firmware/display/kms-screen.ts';
import { outputInfo } from '../../../firmware/display/output-info.ts';
import { DeviceError } from '../../../native/drm/index.ts';

class FakePlane implements CursorPlane {
  readonly calls: string[] = [];
  broken: Error | null = null;

  setCursor(width: number, height: number, { x, y }: { x: number; y: number }): void {
    if (this.broken) throw this.broken;
    this.calls.push(`set ${width}x${height} ${x},${y}`);
  }

  hideCursor(): void {
    if (this.broken) throw this.broken;
    this.calls.push('hide');
  }

  moveCursor(x: number, y: number): void {
    if (this.broken) throw this.broken;
    this.calls.push(`move ${x},${y}`);
  }
}

function setUp(transform = 0) {
  const plane = new FakePlane();
  const covers: (Overlay | null)[] = [];
  const screen = { lit: true, cover: (overlay: Overlay | null) => void covers.push(overlay) };
  const failures: Error[] = [];
  const cursor = new KmsCursor({
    plane,
    planeSize: { width: 64, height: 64 },
    screen,
    output: outputInfo({ id: 1, name: 'DP-1', width: 800, height: 600, transform }),
    failed: (error) => failures.push(error),
  });
  const told = () => plane.calls.splice(0);
  return { plane, covers, screen, cursor, failures, told };
}

const image = (widthPx: number, heightPx = widthPx) => ({
  type: 'CursorImage' as const,
  ...{ id: 1, widthPx, heightPx, hotspotX: 3, hotspotY: 4, scale120: 120, view: 0 },
  pixels: new Uint8Array(widthPx * heightPx * 4),
});

test('on its plane, which is given the picture once', (t) => {
  const { cursor, told, covers } = setUp();
  cursor.show(image(24));
  cursor.move({ x: 100.7, y: 50.2 });
  cursor.move({ x: 101, y: 50 });
  t.deepEqual(told().slice(-3), ['set 24x24 3,4', 'move 97,46', 'move 98,46']);
  cursor.move(null);
  t.deepEqual(told(), ['hide']);
  t.deepEqual(covers, []);
});

test('a dark monitor is left alone until it is lit', (t) => {
  const { cursor, screen, told } = setUp();
  screen.lit = false;
  cursor.show(image(24));
  cursor.move({ x: 10, y: 10 });
  t.deepEqual(told(), []);
  screen.lit = true;
  cursor.restore();
  t.deepEqual(told(), ['set 24x24 3,4', 'move 7,6']);
  cursor.restore();
  t.deepEqual(told(), ['set 24x24 3,4', 'move 7,6']);
});

test('one that is larger than the plane is drawn into the picture, and goes with the pointer', (t) => {
  const { cursor, covers, told } = setUp();
  cursor.show(image(96));
  cursor.move({ x: 100, y: 50 });
  t.like(covers.at(-1), { x: 97, y: 46 });
  t.is(covers.at(-1)?.picture.width, 96);
  told();
  cursor.show(image(24));
  t.is(covers.at(-1), null);
  t.deepEqual(told(), ['set 24x24 3,4', 'move 97,46']);
});

test('where there is no plane it is drawn from then on', (t) => {
  const { cursor, plane, covers, failures } = setUp();
  plane.broken = new DeviceError('DRM_IOCTL_MODE_CURSOR', 6, 'no plane');
  cursor.show(image(24));
  cursor.move({ x: 20, y: 20 });
  t.like(covers.at(-1), { x: 17, y: 16 });
  t.is(failures.length, 1);
  cursor.move({ x: 30, y: 20 });
  t.like(covers.at(-1), { x: 27, y: 16 });
  t.is(failures.length, 1);
});

test('another program that has the screen for a while is no reason to draw it', (t) => {
  const { cursor, plane, covers, told } = setUp();
  plane.broken = new DeviceError('DRM_IOCTL_MODE_CURSOR2', 13, 'not the master');
  cursor.show(image(24));
  cursor.move({ x: 20, y: 20 });
  plane.broken = null;
  cursor.move({ x: 21, y: 20 });
  t.deepEqual(told(), ['set 24x24 3,4', 'move 18,16']);
  t.deepEqual(covers, []);
});

// The monitor's memory is 800x600; a person sees 600x800.
test('on a monitor that stands turned picture, hotspot and place turn with it', (t) => {
  const { cursor, told } = setUp(1);
  cursor.show(image(24, 16));
  cursor.move({ x: 100, y: 50 });
  // Upright 100,50 lies at 50, 600-1-100; the hotspot 3,4 at 4, 24-1-3.
  t.deepEqual(told().slice(-2), ['set 16x24 4,20', 'move 46,479']);
});
