import { spawnSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { layoutOf, partitionOf, sfdiskScript, uuidOf } from '../../../images/terminal/layout.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const MIB = 1024 * 1024;

test('partitions follow each other and leave room for both tables', (t) => {
  const { partitions, sizeBytes } = layoutOf('x');
  let end = MIB;
  for (const { offsetBytes, sizeBytes: size } of partitions) {
    t.is(offsetBytes, end);
    t.is(size % MIB, 0);
    end += size;
  }
  t.is(sizeBytes, end + MIB);
  const [a, b] = [
    partitionOf(layoutOf('x'), 'wayray-root-a'),
    partitionOf(layoutOf('x'), 'wayray-root-b'),
  ];
  t.is(a.sizeBytes, b.sizeBytes);
});

test('the same seed makes the same disk, another one none of its names', (t) => {
  t.deepEqual(layoutOf('x'), layoutOf('x'));
  const uuids = [layoutOf('x'), layoutOf('y')].flatMap(({ uuid, partitions }) => [
    uuid,
    ...partitions.map((each) => each.uuid),
  ]);
  t.is(new Set(uuids).size, 12);
  t.regex(uuidOf('x'), /^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
});

const hasSfdisk = spawnSync('/sbin/sfdisk', ['--version']).status === 0;
const onDisk = hasSfdisk ? test : test.skip;

onDisk('sfdisk makes of it what was meant', (t) => {
  using scratch = scratchFolder();
  const disk = join(scratch.path, 'disk');
  const layout = layoutOf('x');
  writeFileSync(disk, '');
  truncateSync(disk, layout.sizeBytes);
  const made = spawnSync('/sbin/sfdisk', ['--quiet', disk], {
    input: sfdiskScript(layout),
    encoding: 'utf8',
  });
  t.is(made.status, 0, made.stderr);
  const { stdout } = spawnSync('/sbin/sfdisk', ['--json', disk], { encoding: 'utf8' });
  const { partitiontable } = JSON.parse(stdout);
  t.is(partitiontable.id, layout.uuid);
  t.deepEqual(
    partitiontable.partitions.map((each: Record<string, unknown>) => [
      each['name'],
      each['start'],
      each['size'],
      each['uuid'],
      each['type'],
    ]),
    layout.partitions.map(({ name, offsetBytes, sizeBytes, uuid, type }) => [
      name,
      offsetBytes / 512,
      sizeBytes / 512,
      uuid,
      type,
    ]),
  );
});
