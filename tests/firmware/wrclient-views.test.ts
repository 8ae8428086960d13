import { randomFillSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { Framebuffer } from '../../native/pixels/index.ts';
import { ProofProblem } from '../../protocol/generated/control.ts';
import { eventually } from '../helpers/eventually.ts';
import { Program } from '../helpers/program.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { XDesktop } from '../native/window/x-desktop.ts';
import { occurrences } from './process-memory.ts';
import { ScriptedBroker } from './scripted-broker.ts';

/** Nobody else may look into the memory of a terminal. */
const rootTest = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const GREEN = 0x10c030;
const GROUND = 0x20242c;

async function start(
  t: ExecutionContext,
  script: readonly object[],
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
) {
  const broker = await ScriptedBroker.start(t);
  const scratch = scratchFolder();
  const file = (name: string) => `${scratch.path}/${name}`;
  const common = ['--server', broker.address, '--pin', broker.identity.fingerprint];
  common.push('--state-dir', file('state'), '--reader', 'none', '--size', '800x600');
  if (script.length > 0) {
    writeFileSync(file('script'), script.map((step) => JSON.stringify(step)).join('\n'));
    common.push('--input', file('script'));
  }
  const named = args.map((it) => it.replace(/^@/, `${scratch.path}/`));
  const program = new Program('firmware/main.js', [...common, ...named], env);
  t.teardown(async () => {
    await program.stop('SIGKILL');
    if (!t.passed) t.log(program.stderr);
    scratch[Symbol.dispose]();
  });
  await Promise.race([broker.attached(), program.ended]);
  return { broker, program, file };
}

/** Noise, so that no row of it can be anywhere by chance. */
function noise(width = 800, height = 600): Framebuffer {
  const picture = new Framebuffer(width, height);
  randomFillSync(picture.bytes);
  for (let i = 3; i < picture.bytes.length; i += 4) picture.bytes[i] = 0xff;
  return picture;
}

/** Bytes of a row as they are in a terminal's pictures, whose fourth byte is theirs alone. */
const rowOf = (picture: Framebuffer, y: number, fourth: number): Buffer => {
  const row = Buffer.from(
    picture.bytes.subarray(y * picture.width * 4, y * picture.width * 4 + 48),
  );
  for (let i = 3; i < row.length; i += 4) row[i] = fourth;
  return row;
};

const copiesOf = (pid: number | undefined, picture: Framebuffer): Promise<number> =>
  occurrences(
    pid as number,
    [0, 300, 599].flatMap((y) => [rowOf(picture, y, 0), rowOf(picture, y, 0xff)]),
  );

test.serial(
  'a script brings and takes the token; statistics and the picture tell what was seen',
  async (t) => {
    const { broker, program, file } = await start(
      t,
      [
        { type: 'await', shown: 'insertCard' },
        { type: 'token', action: 'insert' },
        { type: 'await', shown: 'session' },
        { type: 'settle' },
        { type: 'token', action: 'remove' },
        { type: 'await', shown: 'cardRemoved' },
      ],
      [
        '--display',
        'headless',
        '--until',
        'played',
        '--software-token',
        '@token',
        '--enrol',
        'C0DE',
      ].concat(['--stats', '@stats', '--screenshot', '@shot.png']),
    );
    t.is(broker.hello?.credential, 'C0DE');
    broker.page('insertCard', 'WR-0-AAAA');
    const { tokenId } = await broker.hears('CardInserted');
    t.regex(tokenId, /^[0-9a-f]{64}$/);
    broker.view(1, 'session');
    broker.paint(1, GREEN);
    await broker.hears('CardRemoved');
    broker.view(2, 'none');
    broker.page('cardRemoved', 'WR-12-BBBB');
    const { status, stderr } = await program.ended;
    t.is(status, 0, stderr);

    const lines = readFileSync(file('stats'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const seen = lines.filter(({ type }) => type !== undefined);
    const from = seen.findIndex(({ page }) => page === 'insertCard');
    t.like(seen.slice(from), [
      { type: 'page', page: 'insertCard', code: 'WR-0-AAAA' },
      { type: 'session', view: 1, sessionId: 'session of view 1' },
      { type: 'dark' },
      { type: 'page', page: 'cardRemoved', code: 'WR-12-BBBB' },
    ]);
    t.like(
      lines.find(({ sequence }) => sequence === 1),
      { view: 1 },
    );
    const { default: sharp } = await import('sharp');
    const { data } = await sharp(file('shot.png')).raw().toBuffer({ resolveWithObject: true });
    t.is(data.readUIntBE(0, 3), GROUND);
    t.false(data.includes(Buffer.from([0x10, 0xc0, 0x30, 0x10, 0xc0, 0x30])));
  },
);

test.serial('a PIN leaves no trace in the log', async (t) => {
  const { broker, program } = await start(
    t,
    [
      { type: 'await', shown: 'pin' },
      ...[2, 3, 4, 5, 6, 7, 28].map((code) => ({ type: 'key', code })),
      { type: 'wait', ms: 2000 },
    ],
    [
      '--display',
      'headless',
      '--until',
      'played',
      '--software-token',
      '@token',
      '--log-level',
      'trace',
    ],
  );
  broker.page('insertCard');
  await broker.hears('CardInserted');
  broker.challenge(1, 1, 1, new Uint8Array(32));
  const { problem } = await broker.hears('CardProofFailed');
  t.is(problem, ProofProblem.noKey);
  const { stderr } = await program.ended;
  t.notRegex(stderr, /123456|dots/);
});

rootTest(
  'after View none no copy of the picture is in the memory of a headless wrclient',
  async (t) => {
    const { broker, program } = await start(t, [], ['--display', 'headless', '--until', '60']);
    const picture = noise();
    broker.view(1, 'session');
    broker.paintPicture(1, picture);
    await eventually(() => {
      if (!broker.acknowledged.includes(1)) throw new Error('not presented');
    });
    t.true((await copiesOf(program.process.pid, picture)) > 0, 'the scan finds what is there');
    broker.view(2, 'none');
    broker.page('cardRemoved');
    await eventually(async () => {
      const copies = await copiesOf(program.process.pid, picture);
      if (copies > 0) throw new Error(`${copies} rows are left`);
    }, 3000);
    t.pass();
  },
);

rootTest(
  'after View none neither the window nor the memory of wrclient has anything of the picture',
  async (t) => {
    const desktop = await XDesktop.start('900x700');
    t.teardown(() => desktop.stop());
    const env = { ...process.env, DISPLAY: desktop.display, WAYLAND_DISPLAY: '' };
    const { broker, program } = await start(t, [], ['--display', 'window'], env);
    const picture = noise();
    broker.view(1, 'session');
    broker.paintPicture(1, picture);
    await eventually(() => {
      if (!broker.acknowledged.includes(1)) throw new Error('not presented');
    });
    const { pid } = program.process;
    t.true((await copiesOf(pid, picture)) > 0, 'the scan finds what is there');
    broker.view(2, 'none');
    await desktop.untilPixel(400, 300, 0);
    await desktop.untilPixel(70, 70, 0);
    await eventually(async () => {
      const copies = await copiesOf(pid, picture);
      if (copies > 0) throw new Error(`${copies} rows are left`);
    }, 3000);
    broker.page('cardRemoved');
    await desktop.untilPixel(70, 70, GROUND);

    broker.view(3, 'session');
    broker.paint(3, GREEN);
    await desktop.untilPixel(400, 300, GREEN);
    broker.page('locked');
    await desktop.untilPixel(400, 590, GROUND);
  },
);

test.serial('a click in the window asks for a login', async (t) => {
  const desktop = await XDesktop.start('900x700');
  t.teardown(() => desktop.stop());
  const env = { ...process.env, DISPLAY: desktop.display, WAYLAND_DISPLAY: '' };
  const { broker } = await start(t, [], ['--display', 'window'], env);
  broker.page('insertCard');
  await desktop.untilPixel(70, 70, GROUND);
  desktop.xdotool('mousemove', '200', '200', 'click', '1');
  await broker.hears('LoginRequest');
  t.false(broker.input.some(({ type }) => type !== 'ReleaseAll'));
});
