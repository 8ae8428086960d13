/**
 * A process that writes until it is killed, or until it has written often enough: it counts a session's attachments
 * up, and tells of each one in the same transaction. What it says on stdout has been committed.
 */
import { openRegistry } from '../../../appliance/registry/sqlite-registry.ts';
import { session } from './open.ts';

const [folder = '', id = 's1', times = '1000000', lasting = ''] = process.argv.slice(2);
using registry = openRegistry(folder, { busyMs: 20_000 });
const { sessions, tokens } = registry;
let record = (await sessions.get(id)) ?? session({ id, user: id });
for (let i = 0; i < Number(times); i++) {
  const count = record.attachments + 1;
  const told = { kind: 'tick', session: id, details: { count } };
  const [saved] = await sessions.save([{ ...record, attachments: count }], [told]);
  if (!saved) throw new Error('nothing was saved');
  record = saved;
  process.stdout.write(`${count}\n`);
  const hex = count.toString(16).padStart(14, '0');
  if (lasting) await tokens.add({ kind: 'badge', id: `04${hex.slice(2)}` }, { user: id });
}
