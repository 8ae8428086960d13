import test, { type ExecutionContext } from 'ava';
import { tileCapabilityName } from '../../protocol/tile-capability.ts';
import { like } from '../helpers/picture.ts';
import { monitor, Session, type View } from '../helpers/session.ts';

const DARK = 0x101820;
const LIGHT = 0xf0f0e8;
const COUNT = 10;

/** Coloured lines that are all different. */
const lines = (seed: number): string =>
  Array.from({ length: 60 }, (_, i) => {
    const words = Array.from({ length: 9 }, (__, k) => ((i + 1) * (k + seed) * 7919).toString(36));
    return `\\033[3${(i % 6) + 1}m${words.join(' ')}\\n`;
  }).join('');

/** A window with text. */
function open(session: Session, colour: number, seed: number, rows: number): Promise<unknown> {
  const background = `colors.background=${colour.toString(16).padStart(6, '0')}`;
  const size = `initial-window-size-pixels=900x${rows * 16}`;
  const script = `printf '\\033[?25l${lines(seed)}'; exec sleep 1000`;
  const options = ['-o', background, '-o', size, '-o', 'cursor.blink=no'];
  return session.run('foot', [...options, 'sh', '-c', script]);
}

/** @returns bytes of each, on average */
async function bytesOf(view: View, act: () => void): Promise<number> {
  let before = 0;
  for (let i = -2; i < COUNT; i++) {
    if (i === 0) before = view.bytes;
    const { frames } = view;
    act();
    await view.until('a change', () => view.frames > frames);
    await view.settled();
  }
  return (view.bytes - before) / COUNT;
}

async function desk(t: ExecutionContext, capabilities: string[]): Promise<number> {
  const session = await Session.start(t, {
    user: '[[autostart]]\nname = "sleeper"\ncommand = "sleep 1000"\n',
  });
  const view = await session.attachAs(capabilities, monitor(1280, 1024));
  const sees = (colour: number) => view.until(`${colour}`, (p) => p.share(like(colour, 2)) > 0.05);
  await open(session, DARK, 3, 40);
  await sees(DARK);
  await open(session, LIGHT, 5, 44);
  await sees(LIGHT);
  await view.settled();
  const bytes = await bytesOf(view, () => view.press('Alt+Tab'));
  await view.save(`switching-${capabilities.length}`);
  return bytes;
}

test('a window that comes to the front again comes from what the terminal keeps', async (t) => {
  const without = await desk(t, []);
  const kept = await desk(t, [tileCapabilityName(4096)]);
  t.log(`${without.toFixed(0)} and ${kept.toFixed(0)} bytes`);
  t.true(without > 5 * kept, `${without} and ${kept} bytes`);
});
