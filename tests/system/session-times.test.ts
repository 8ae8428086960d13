import test from 'ava';
import { isRoot, reachesUsers } from '../appliance/sessd/rig.ts';
import { eventually } from '../helpers/eventually.ts';
import { House } from '../helpers/house.ts';

const rootTest = isRoot && reachesUsers ? test.serial : test.serial.skip;

for (const [title, times, reason] of [
  ['that nobody looks at ends after its time', 'suspended = "2s"', 'suspendedTooLong'],
  ['that is shown ends after its lifetime', 'lifetime = "8s"', 'lifetime'],
  [
    'that nobody uses ends where the policy says so',
    'idle-after = "3s"\nidle-action = "end"',
    'idle',
  ],
] as const)
  rootTest(`a session ${title}, with all its processes`, async (t) => {
    t.timeout(120_000);
    const house = await House.open({ config: `[policy]\nunlock = ["card-key"]\n${times}\n` });
    t.teardown(() => house.close());
    const hall = await house.terminal('hall', { tokenFile: house.file('token') });
    await house.register(hall.tokenId, house.users.add('t'));
    await hall.shows('insertCard');
    hall.insertToken();
    await hall.shows('session');
    if (reason === 'suspendedTooLong') {
      hall.removeToken();
      await hall.shows('cardRemoved');
    } else await hall.shows('ended');
    await eventually(async () => {
      const left = [...(await house.running()), ...(await house.sessions())];
      if (left.length > 0) throw new Error(JSON.stringify(left));
    }, 20_000);
    const events = JSON.stringify(await house.wradm('audit', 'list'));
    t.regex(events, new RegExp(`"session-ended"[^}]*\\{[^}]*"reason":"${reason}"`));
  });
