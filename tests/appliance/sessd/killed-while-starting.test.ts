import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { eventually } from '../../helpers/eventually.ts';
import { killAll, processesWith } from '../../helpers/processes.ts';
import { PASSWORD, Rig, reachesUsers, Users } from './rig.ts';

const run = reachesUsers ? test : test.skip;
const why = reachesUsers ? '' : ' (skipped: needs root, and a checkout that other users can reach)';

const users = new Users();
let user = '';
test.before(() => {
  if (reachesUsers) user = users.add('kws');
});
test.after.always(() => users[Symbol.dispose]());

run(`a session that starts while wrsessd is killed does not run on unknown${why}`, async (t) => {
  const session = `kws-${process.pid}`;
  const plain = 'auth required pam_unix.so\naccount required pam_unix.so';
  await using rig = new Rig({
    services: { wayray: `${plain}\nsession required pam_env.so conffile=/dev/null envfile=ENV` },
  });
  const { path } = rig.folder;
  const [service, go] = [join(path, 'pam/wayray'), join(path, 'go')];
  writeFileSync(service, readFileSync(service, 'utf8').replace('ENV', join(path, 'environment')));
  writeFileSync(join(path, 'environment'), `WR_TEST_WAIT=${go}\n`);
  t.teardown(() => killAll(processesWith(`/links/${session}/`)));
  await rig.start();
  const first = await rig.client();
  await first.logIn('a', user, PASSWORD);
  first.send({ type: 'session_start', id: 'a', session });
  const link = join(rig.runDir, 'links', session);
  await eventually(() => assert(existsSync(link)));
  await rig.kill();

  await rig.start();
  using client = await rig.client();
  client.send({ type: 'sessions_requested' });
  t.deepEqual((await client.answer('sessions')).sessions, []);
  writeFileSync(go, '');
  await eventually(() => {
    assert.deepEqual(processesWith(`/links/${session}/`), []);
    for (const name of ['links', 'runtime', 'control'])
      assert.deepEqual(readdirSync(join(rig.runDir, name)), []);
  });
  t.pass();
});
