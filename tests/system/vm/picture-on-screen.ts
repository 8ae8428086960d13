/** Runs in the virtual machine: lights every monitor with a picture, flips pages, and says what it saw. */
import { readFileSync } from 'node:fs';
import { Device, DeviceError, devicePaths, Hotplug, parseEdid } from '../../../native/drm/index.ts';

const FLIPS = 5;
const SETTLE_MS = 1000;
const [path] = devicePaths();
if (!path) throw new Error('no graphics device');
let flipped: (timeNs: number) => void = () => {};
const device = new Device(
  path,
  {
    flipped: (_crtc, timeNs) => flipped(timeNs),
    lost: (error) => console.log('lost', error.message),
  },
  { legacy: readFileSync('/proc/cmdline', 'utf8').includes('wayray.legacy') },
);
const say = (what: object) => console.log(`vm: ${JSON.stringify(what)}`);
const { driver, atomic, cursorSize, isMaster } = device;
say({ driver, atomic, cursorSize, isMaster, planes: device.planes().map(({ type }) => type) });

const connectors = device.connectors();
for (const { name, connected, widthMm, heightMm, edid, modes } of connectors) {
  const best = modes.find((mode) => mode.preferred);
  const { maker, name: monitor, preferred } = parseEdid(edid) ?? {};
  say({
    name,
    connected,
    widthMm,
    heightMm,
    maker,
    monitor,
    preferred,
    modes: modes.length,
    best: best?.name,
  });
}
const connector = connectors.find((each) => each.connected);
const mode = connector?.modes.find((each) => each.preferred) ?? connector?.modes[0];
const crtc = connector?.crtcs[0];
if (!connector || !mode || crtc === undefined) throw new Error('no monitor');
const output = device.openOutput(connector, crtc, mode);

const { width, height } = mode;
const picture = new Uint8Array(width * height * 4);
const words = new Uint32Array(picture.buffer);
for (let y = 0; y < height; y++)
  for (let x = 0; x < width; x++)
    words[y * width + x] = (((x * 255) / width) << 16) | (((y * 255) / height) << 8) | 0x60;
const whole = new Int32Array([0, 0, width, height]);
output.draw(0, picture, width, height, whole);
output.draw(1, picture, width, height, whole);
output.light(0);
// A white square that goes to the right, each time in the buffer that is not shown.
for (let i = 1; i <= FLIPS; i++) {
  const done = new Promise<number>((resolve) => {
    flipped = resolve;
  });
  const damage = new Int32Array([100 * i, 100, 60, 60]);
  for (let y = 100; y < 160; y++)
    words.fill(0xffffff, y * width + 100 * i, y * width + 100 * i + 60);
  // This buffer lacks what the flip before showed.
  const since = new Int32Array([100 * (i - 1), 100, 60, 60, ...damage]);
  output.draw(i % 2 === 1 ? 1 : 0, picture, width, height, since);
  const comes = output.flip(i % 2 === 1 ? 1 : 0, since);
  say({ flip: i, comes, timeNs: comes ? await done : 0 });
}
const argb = new Uint32Array(24 * 24).map((_, i) => (i % 24 <= i / 24 ? 0xffff_0000 : 0));
output.setCursor(24, 24, { x: 0, y: 0 }, new Uint8Array(argb.buffer));
output.moveCursor(300, 300);
// One step for each change of the monitor, so that the host can look in between.
const steps = [
  () => {
    output.sleep();
    say({ asleep: true });
  },
  () => {
    device.dropMaster();
    const whileDropped = { isMaster: device.isMaster, refused: refusal(() => output.light(0)) };
    device.takeMaster();
    output.light(0);
    say({ awake: true, ...whileDropped, afterwards: device.isMaster });
  },
];
let settling: NodeJS.Timeout | undefined;
using _hotplug = new Hotplug(() => {
  clearTimeout(settling);
  settling = setTimeout(() => steps.shift()?.(), SETTLE_MS);
});
say({ shown: mode.name });
await new Promise(() => {});

function refusal(call: () => void): { call: string; errno: number } | null {
  try {
    call();
    return null;
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return { call: error.call, errno: error.errno };
  }
}
