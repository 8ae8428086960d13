import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parseEnvironment } from '../../firmware/discovery/dhcp-lease.ts';
import { dhcpSource } from '../../firmware/discovery/dhcp-source.ts';
import { discover } from '../../firmware/discovery/source.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { shared } from '../images/root/shared.ts';

/** Networks need root, and busybox both ends of DHCP. */
function whyNot(): string | null {
  if (process.getuid?.() !== 0) return 'no root';
  const { stdout, error } = spawnSync('busybox', ['--list'], { encoding: 'utf8' });
  if (error || !/^udhcpd$/m.test(stdout) || !/^udhcpc$/m.test(stdout))
    return 'no busybox with DHCP';
  return spawnSync('unshare', ['--net', 'true']).status === 0 ? null : 'no namespaces';
}

const onNetwork = whyNot() === null ? test : test.skip;

/** Both ends in a network of their own. $1: folder, $2: options that the image's script gives to udhcpc */
const EXCHANGE = `
cd "$1"
ip link set lo up
ip link add veth0 type veth peer name veth1
ip address add 10.66.0.1/24 dev veth0
ip link set veth0 up
ip link set veth1 up
busybox udhcpd -f udhcpd.conf &
server=$!
busybox udhcpc -f -q -n -i veth1 -s ./hook -t 20 -T 1 $2
kill $server
`;

onNetwork("a real DHCP server's answer reaches the terminal", async (t) => {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  const { path } = scratch;
  const server = 'house.example.org:7600';
  const fingerprint = Buffer.alloc(32, 0xab);
  const option = Buffer.concat([
    Buffer.of(1, server.length),
    Buffer.from(server),
    Buffer.of(2, fingerprint.length),
    fingerprint,
  ]);
  writeFileSync(join(path, 'leases'), '');
  writeFileSync(
    join(path, 'udhcpd.conf'),
    `start 10.66.0.10\nend 10.66.0.20\nmax_leases 5\ninterface veth0\nlease_file ${path}/leases\npidfile ${path}/pid\n` +
      `option subnet 255.255.255.0\noption domain example.org\noption 0x2b ${option.toString('hex')}\noption 0x3c 7761797261792d31\n`,
  );
  const hook = shared('usr/share/udhcpc/default.script.d/wayray');
  writeFileSync(join(path, 'hook'), hook.replace('/run/wayray/dhcp', join(path, 'dhcp')));
  chmodSync(join(path, 'hook'), 0o755);
  const network = shared('usr/libexec/wayray-network');
  const options = /-V \S+( -O \S+)+/.exec(network)?.[0] ?? '';
  t.regex(options, /-O 43\b/);
  const args = ['--net', 'sh', '-c', EXCHANGE, 'sh', path, options];
  const { stderr } = spawnSync('unshare', args, { encoding: 'utf8', timeout: 60_000 });
  const file = join(path, 'dhcp/veth1.env');
  t.true(existsSync(file), stderr);
  const [lease] = parseEnvironment(readFileSync(file, 'utf8'), file);
  t.is(lease?.vendorClass, 'wayray-1');
  t.deepEqual(lease?.domains, ['example.org']);
  const { candidates } = await discover([dhcpSource(() => (lease ? [lease] : []))]);
  t.deepEqual(candidates, [
    {
      host: 'house.example.org',
      port: 7600,
      pin: fingerprint.toString('hex'),
      origin: 'dhcp',
      from: file,
    },
  ]);
});
