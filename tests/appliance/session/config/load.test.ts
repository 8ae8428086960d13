import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { loadSessionConfig } from '../../../../appliance/session/config/load.ts';
import { DEFAULT_CONFIG } from '../../../../appliance/session/config/session-config.ts';
import { planSession } from '../../../../appliance/session/session-plan.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';

function folders(t: ExecutionContext, system: string, user: string): [string, string] {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  const made = (name: string, content: string) => {
    const folder = `${scratch.path}/${name}`;
    mkdirSync(folder);
    writeFileSync(`${folder}/session.toml`, content);
    return folder;
  };
  return [made('system', system), made('user', user)];
}

const entry = (name: string, command: string) =>
  `[[autostart]]\nname = "${name}"\ncommand = "${command}"\n`;

test('without files all is as by default', (t) => {
  t.deepEqual(loadSessionConfig({ system: '/nowhere', user: '/nowhere' }), {
    config: DEFAULT_CONFIG,
    problems: [],
  });
});

test("the user's file lies over everybody's, key by key", async (t) => {
  const system = `panel = "waybar"\nterminal = "xterm"\n${entry('idle', 'swayidle')}${entry('a', 'b')}
[environment]\nA = "1"\nB = "2"\n[keyboard]\nlayout = "de"\nvariant = "neo"\n`;
  const user = `terminal = "foot"\n${entry('idle', '')}${entry('own', 'mine')}
[environment]\nB = "3"\n[keyboard]\nlayout = "us"\n`;
  const [below, above] = folders(t, system, user);
  const { config, problems } = loadSessionConfig({ system: below, user: above });
  t.deepEqual(problems, []);
  t.like(config, { panel: 'waybar', terminal: 'foot' });
  t.deepEqual(
    config.autostart?.map(({ name, command }) => [name, command]),
    [
      ['a', 'b'],
      ['idle', ''],
      ['own', 'mine'],
    ],
  );
  t.deepEqual(config.environment, { A: '1', B: '3' });
  t.deepEqual(config.keyboard, { layout: 'us', variant: '', options: '' });

  const plan = await planSession({ systemConfig: below, userConfig: above, greeter: false });
  t.deepEqual(
    plan.start.map(({ name }) => name),
    ['panel', 'a', 'own'],
  );
});

test('a command on the command line is the whole session', async (t) => {
  const [systemConfig, userConfig] = folders(t, 'panel = "waybar"', '');
  const plan = await planSession({ systemConfig, userConfig, greeter: false, exec: 'foot' });
  t.like(plan, { terminal: 'foot', launcher: '' });
  t.deepEqual(
    plan.start.map(({ command }) => command),
    ['foot'],
  );
  const greeter = await planSession({ systemConfig, userConfig, greeter: true, exec: 'wrlogin' });
  t.like(greeter, { terminal: '', endWith: 'application' });
  t.is(plan.endWith, '');
});

test('an empty list of programs is one: the session starts bare', async (t) => {
  const [systemConfig, userConfig] = folders(t, '', 'autostart = []');
  const plan = await planSession({ systemConfig, userConfig, greeter: false });
  t.deepEqual(plan.start, []);
});

test('what is no readable file of a sane size is told and passed over', (t) => {
  const [system, user] = folders(t, `# ${'x'.repeat(70_000)}\nterminal = "a"`, '');
  execFileSync('rm', [`${user}/session.toml`]);
  execFileSync('mkfifo', [`${user}/session.toml`]);
  const { config, problems } = loadSessionConfig({ system, user });
  t.deepEqual(config, DEFAULT_CONFIG);
  t.regex(problems[0] ?? '', /system\/session\.toml: expected at most 65536 bytes$/);
  t.regex(problems[1] ?? '', /user\/session\.toml: expected a file$/);
});

test("a chosen session lies over everybody's file and under the user's", async (t) => {
  const system = `panel = "waybar"\nterminal = "xterm"\n${entry('idle', 'swayidle')}`;
  const [systemConfig, userConfig] = folders(t, system, 'launcher = "own"\nname = "x"');
  const kiosk = `name = "Kiosk"\nterminal = ""\nlauncher = "theirs"\nend-with = "till"\n`;
  mkdirSync(`${systemConfig}/sessions`);
  const choose = (text: string) => writeFileSync(`${systemConfig}/sessions/kiosk.toml`, text);
  choose(kiosk + entry('till', 'till'));
  const options = { systemConfig, userConfig, greeter: false, sessionChoice: 'kiosk' };
  const plan = await planSession(options);
  t.like(plan, { terminal: '', launcher: 'own', endWith: 'till' });
  t.deepEqual(
    plan.start.map(({ name }) => name),
    ['panel', 'idle', 'till'],
  );
  t.regex(plan.problems.join(), /user\/session\.toml: name: expected one of the keys/);

  choose(kiosk);
  const unknown = await planSession(options);
  t.is(unknown.endWith, '', 'a session that could never end in this way goes on without it');
  t.regex(unknown.problems.join(), /end-with: expected the name of an autostart entry, not till/);

  const missing = await planSession({ ...options, sessionChoice: 'gone' });
  t.like(missing, { terminal: 'xterm', launcher: 'own' });
  t.regex(missing.problems.join(), /sessions\/gone\.toml: there is no such file/);
});
