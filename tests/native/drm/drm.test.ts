import { closeSync, openSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { Device, DeviceError, devicePaths, Hotplug } from '../../../native/drm/index.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const nothing = { flipped: () => {}, lost: () => {} };

test('devices are found by their names, in the order of their numbers', (t) => {
  using folder = scratchFolder();
  for (const name of ['card10', 'card2', 'renderD128', 'card-1', 'by-path'])
    writeFileSync(`${folder.path}/${name}`, '');
  t.deepEqual(devicePaths(folder.path), [`${folder.path}/card2`, `${folder.path}/card10`]);
  t.deepEqual(devicePaths(`${folder.path}/none`), []);
});

test('what fails names the call and the errno', (t) => {
  const missing = t.throws(() => new Device('/dev/dri/card99', nothing), {
    instanceOf: DeviceError,
  });
  t.is(missing?.call, 'open');
  t.is(missing?.errno, 2);
  const notGraphics = t.throws(() => new Device('/dev/null', nothing), { instanceOf: DeviceError });
  t.is(notGraphics?.call, 'DRM_IOCTL_VERSION');
  t.is(notGraphics?.errno, 25);
  t.throws(() => new Device('/dev/\0', nothing), { instanceOf: TypeError });
});

test('a borrowed device that cannot be used is given back', (t) => {
  const given: number[] = [];
  const fd = openSync('/dev/null', 'r');
  const file = { fd, [Symbol.dispose]: () => given.push(fd) };
  t.throws(() => new Device('/dev/dri/card0', nothing, { file }), { instanceOf: DeviceError });
  t.deepEqual(given, [fd]);
  closeSync(fd);
});

test('a hotplug watch ends, more than once if need be', (t) => {
  const hotplug = new Hotplug(() => t.fail('nothing comes'));
  hotplug[Symbol.dispose]();
  hotplug[Symbol.dispose]();
  t.pass();
});
