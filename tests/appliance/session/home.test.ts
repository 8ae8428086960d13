import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { sessionEnvironment } from '../../../appliance/session/environment.ts';
import { homeFolder, homeProblem } from '../../../appliance/session/home.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

test('a home that is there is where a session begins, and nothing is said', (t) => {
  using scratch = scratchFolder();
  t.is(homeFolder(scratch.path), scratch.path);
  t.is(homeProblem(scratch.path), null);
});

test('a home that is missing is told to its user', (t) => {
  using scratch = scratchFolder();
  const home = join(scratch.path, 'anna');
  t.is(homeFolder(home), '/');
  t.regex(
    homeProblem(home) ?? '',
    /^Your home folder \/.*\/anna is missing: nothing that you save/,
  );
});

test('so is one that cannot be written to', (t) => {
  t.regex(homeProblem('/proc/1') ?? '', /cannot be written to \(E|^Your home folder \/proc\/1 /);
  using scratch = scratchFolder();
  const home = join(scratch.path, 'shut');
  mkdirSync(home);
  chmodSync(home, 0o500);
  if (process.getuid?.() !== 0) t.regex(homeProblem(home) ?? '', /cannot be written to \(EACCES\)/);
  rmSync(home, { recursive: true });
});

test('the locale is the one that is set, or one that has all letters', (t) => {
  const parts = { waylandDisplay: 'wayland-0', mark: '1:x', wishSocket: null, wanted: {} };
  const languageOf = (inherited: NodeJS.ProcessEnv) =>
    sessionEnvironment({ ...parts, inherited })['LANG'];
  t.is(languageOf({}), 'C.UTF-8');
  t.is(languageOf({ LANG: 'de_CH.UTF-8' }), 'de_CH.UTF-8');
});

test("applications hear nothing of the session's own service", (t) => {
  const parts = { waylandDisplay: 'wayland-0', mark: '1:x', wishSocket: null, wanted: {} };
  const inherited = {
    JOURNAL_STREAM: '9:1',
    INVOCATION_ID: 'a',
    SYSTEMD_EXEC_PID: '1',
    EDITOR: 'vi',
  };
  const found = Object.keys(sessionEnvironment({ ...parts, inherited }));
  t.true(found.includes('EDITOR'));
  for (const name of ['JOURNAL_STREAM', 'INVOCATION_ID', 'SYSTEMD_EXEC_PID'])
    t.false(found.includes(name));
});
