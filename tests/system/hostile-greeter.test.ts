import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { isRoot, reachesUsers } from '../appliance/sessd/rig.ts';
import { hasButton, logIn } from '../helpers/card-house.ts';
import { eventually } from '../helpers/eventually.ts';
import { ATTACKS } from '../helpers/hostile/greeter.ts';
import { sizeOf } from '../helpers/hostile/process-size.ts';
import { House } from '../helpers/house.ts';
import { repository } from '../helpers/program.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const rootTest = isRoot && reachesUsers ? test.serial : test.serial.skip;

rootTest(
  'a login screen that breaks every rule: nobody gets in, the next one is good',
  async (t) => {
    t.timeout(120_000);
    const scratch = scratchFolder();
    t.teardown(() => scratch[Symbol.dispose]());
    chmodSync(scratch.path, 0o711);
    const notes = `${scratch.path}/notes`;
    mkdirSync(notes);
    chmodSync(notes, 0o777);
    const program = `${scratch.path}/greeter.mjs`;
    const attack = `${repository}tests/helpers/hostile/greeter.ts`;
    writeFileSync(
      program,
      `#!${process.execPath}\nimport '${repository}protocol/node/engine.js';\nconst { beHostile } = await import('${attack}');\nawait beHostile('${notes}');\n`,
    );
    chmodSync(program, 0o755);
    const house = await House.open({
      config: '[greeter]\nidle-page = "greeter"\n',
      sessd: { args: ['--test-greeter', program] },
    });
    t.teardown(() => house.close());
    const ann = house.users.add('v');
    const pid = house.server.process.pid as number;
    const before = sizeOf(pid);
    // Each has a login screen of its own, which is started anew later and later.
    const names = ['hall', 'lab', 'library', 'office'];
    const [hall] = await Promise.all(names.map((name) => house.terminal(name)));
    if (!hall) return t.fail();
    await eventually(() => {
      const left = ATTACKS.length - readdirSync(notes).length;
      if (left > 0) throw new Error(`${left} attacks are left`);
    }, 40_000);
    await hall.shows('greeter');
    await hall.until('the login screen', hasButton);
    t.true(house.server.running);
    const log = house.server.stderr;
    t.log(`${log.length} bytes of log; ${JSON.stringify([before, sizeOf(pid)])}`);
    t.true(log.length < 20_000, log);
    t.notRegex(log, /secret|abc|"level":"(error|fatal)"/);
    t.deepEqual(await house.sessions(), []);
    await logIn(hall, ann);
    t.true(sizeOf(pid).residentMiB < before.residentMiB + 60);
  },
);
