/**
 * A process that writes until it is killed, or until it has written often enough. In each transaction it counts up the
 * attachments of some sessions and tells of each. What it says on stdout has been committed.
 */
import { openRegistry } from '../../../appliance/registry/sqlite-registry.ts';
import { session } from './open.ts';

/** So many that the process is mostly killed in the middle of a transaction. */
export const SESSIONS = 8;

if (process.argv[1]?.endsWith('writer.ts')) {
  const [folder = '', name = 's', times = '1000000', lasting = ''] = process.argv.slice(2);
  using registry = openRegistry(folder, { busyMs: 20_000 });
  const { sessions, tokens } = registry;
  const ids = Array.from({ length: SESSIONS }, (_, index) => `${name}${index}`);
  let records = await Promise.all(
    ids.map(async (id) => (await sessions.get(id)) ?? session({ id, user: id })),
  );
  for (let i = 0; i < Number(times); i++) {
    const count = (records[0]?.attachments ?? 0) + 1;
    const changed = records.map((record) => ({ ...record, attachments: count }));
    const told = ids.map((id) => ({ kind: 'tick', session: id, details: { count } }));
    records = [...(await sessions.save(changed, told))];
    process.stdout.write(`${count}\n`);
    if (!lasting) continue;
    const hex = count.toString(16).padStart(12, '0');
    await tokens.add({ kind: 'badge', id: `04${hex}` }, { user: name });
  }
}
