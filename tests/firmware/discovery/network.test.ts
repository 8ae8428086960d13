import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readNetwork } from '../../../firmware/discovery/network.ts';

const outside = Object.values(networkInterfaces()).some((all = []) =>
  all.some(({ internal }) => !internal),
);
/** What the machine has itself would be seen beside the test's own. */
const alone = outside ? test.skip : test;

function sys(interfaces: Record<string, { carrier?: string; address?: string }>): string {
  const folder = mkdtempSync(join(tmpdir(), 'wayray-net-'));
  for (const [name, files] of Object.entries(interfaces)) {
    mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries({ address: '52:54:00:12:34:56', ...files }))
      writeFileSync(join(folder, name, file), `${text}\n`);
  }
  return folder;
}

test('the links of interfaces are read, those without hardware are left out', (t) => {
  const folder = sys({
    lo: { carrier: '1', address: '00:00:00:00:00:00' },
    wrtest0: { carrier: '1' },
    wrtest1: { carrier: '0' },
    wrtest2: {},
    wrsit: { carrier: '1', address: '00:00:00:00' },
  });
  t.teardown(() => rmSync(folder, { recursive: true }));
  const { interfaces } = readNetwork(folder);
  t.deepEqual(
    interfaces.filter(({ name }) => /^(lo|wr)/.test(name)),
    [
      { name: 'wrtest0', link: true, addresses: [] },
      { name: 'wrtest1', link: false, addresses: [] },
      { name: 'wrtest2', link: false, addresses: [] },
    ],
  );
});

alone('without a link there is no network, without an address nothing to be reached at', (t) => {
  for (const [interfaces, state] of [
    [{}, 'no-network'],
    [{ eth0: { carrier: '0' } }, 'no-network'],
    [{ eth0: { carrier: '0' }, eth1: { carrier: '1' } }, 'no-address'],
  ] as const) {
    const folder = sys(interfaces);
    t.teardown(() => rmSync(folder, { recursive: true }));
    t.is(readNetwork(folder).state, state);
  }
});

test('the machine under test has what Node says of it', (t) => {
  const { state, interfaces } = readNetwork();
  const addresses = interfaces.flatMap(({ addresses }) => addresses);
  t.is(state === 'up', addresses.length > 0);
});
