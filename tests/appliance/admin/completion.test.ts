import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Program } from '../../helpers/program.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const scriptFor = async (shell: string): Promise<string> => {
  const { stdout, status } = await new Program('appliance/admin/main.js', ['completion', shell])
    .ended;
  if (status !== 0) throw new Error(`status ${status}`);
  return stdout;
};

/** What bash offers for a line with the cursor at its end. */
function offered(folder: string, script: string, line: string): string[] {
  const file = join(folder, 'completion.bash');
  writeFileSync(file, script);
  const words = line.split(' ');
  const asked = `
    source ${file}
    complete -p wradm >/dev/null || exit 9
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}
    _wradm
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const said = execFileSync('bash', ['--norc', '-u', '-c', asked], { cwd: folder });
  return said
    .toString()
    .split('\n')
    .filter((word) => word !== '');
}

let script = '';
test.before(async () => {
  script = await scriptFor('bash');
});

test('bash completes nouns, verbs, options, their values and files', (t) => {
  using folder = scratchFolder();
  const after = (line: string) => offered(folder.path, script, line);
  t.deepEqual(
    after('wradm ').filter((word) => !word.startsWith('-')),
    ['session', 'token', 'terminal', 'who', 'policy', 'audit', 'key', 'completion'],
  );
  t.deepEqual(after('wradm se'), ['session']);
  t.deepEqual(
    after('wradm session ').filter((word) => !word.startsWith('-')),
    ['list', 'show', 'lock', 'detach', 'move', 'kill'],
  );
  t.deepEqual(after('wradm --json --socket /run/token session m'), ['move']);
  t.deepEqual(after('wradm terminal list --st'), ['--state']);
  t.deepEqual(after('wradm terminal list --state '), ['pending', 'approved', 'revoked']);
  t.deepEqual(after('wradm completion '.concat('z')), ['zsh']);
  t.deepEqual(after('wradm session list --j'), ['--json']);
  t.deepEqual(after('wradm session list --user '), []);
  writeFileSync(join(folder.path, 'cards.csv'), '');
  t.deepEqual(after('wradm token import ca'), ['cards.csv']);
  t.deepEqual(after('wradm --key-file ca'), ['cards.csv']);
});

/** Types into an interactive bash and waits for what it makes of it. */
const TYPE = `
import os, pty, select, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM='dumb', PS1='> ')
    os.execv('/bin/bash', ['bash', '--norc', '--noprofile', '-i'])
said = b''
def until(text):
    global said
    deadline = time.monotonic() + 15
    while text not in said:
        if not select.select([fd], [], [], max(0, deadline - time.monotonic()))[0]:
            sys.exit(f'no {text!r} in {said!r}')
        said += os.read(fd, 4096)
    said = b''
until(b'> ')
os.write(fd, b'source ' + sys.argv[1].encode() + b'; echo re""ady\\n')
until(b'ready')
for typed, completed in zip(sys.argv[2::2], sys.argv[3::2]):
    os.write(fd, typed.encode() + b'\\t')
    until(completed.encode())
    os.write(fd, b'\\x15')
os.write(fd, b'exit\\n')
print('done')`;

test('bash completes what is typed into it', (t) => {
  using folder = scratchFolder();
  const file = join(folder.path, 'completion.bash');
  writeFileSync(file, script);
  const typed = ['wradm ses', 'wradm session ', 'wradm session mo', 'wradm session move '];
  const more = ['wradm terminal list --state rev', 'wradm terminal list --state revoked '];
  const said = execFileSync('/usr/bin/python3', ['-c', TYPE, file, ...typed, ...more]);
  t.is(said.toString(), 'done\n');
});

test('the scripts for zsh and fish name every verb', async (t) => {
  const [zsh, fish] = [await scriptFor('zsh'), await scriptFor('fish')];
  t.true(zsh.startsWith('#compdef wradm\n'));
  for (const word of ['enrol', 'import', 'tail', 'pending approved revoked']) {
    t.true(zsh.includes(word), `zsh: ${word}`);
    t.true(fish.includes(word), `fish: ${word}`);
  }
  t.regex(fish, /^complete -c wradm -n '__fish_use_subcommand' -a 'session' -d /m);
});
