import test from 'ava';
import { isRoot, PASSWORD, reachesUsers } from '../appliance/sessd/rig.ts';
import { startChromium, TerminalPage } from '../helpers/browser.ts';
import { eventually } from '../helpers/eventually.ts';
import { House } from '../helpers/house.ts';

const rootTest = isRoot && reachesUsers ? test : test.skip;
const CONFIG = 'listen-browser = "127.0.0.1:0"\n[greeter]\nidle-page = "greeter"\n';
/** Of the greeter's button, which is there while something is asked. */
const BUTTON = [0x2f, 0x6f, 0xd0];

rootTest('somebody logs in with a browser', async (t) => {
  t.timeout(120_000);
  const house = await House.open({ config: CONFIG });
  t.teardown(() => house.close());
  const user = house.users.add('m');
  const [, url = ''] = await house.server.says(/"url":"([^"]+)"/);
  const browser = await startChromium();
  t.teardown(() => browser.close());
  const terminal = await TerminalPage.open(t, browser, url);
  const { keyboard } = terminal.page;
  const asks = (asking: boolean) =>
    eventually(async () => {
      const { bytes } = await terminal.look();
      let found = false;
      for (let at = 0; at < bytes.length && !found; at += 4)
        found = BUTTON.every((value, i) => bytes[at + i] === value);
      if (found !== asking) throw new Error(`asks: ${found}`);
    }, 20_000);
  await asks(true);
  await keyboard.type(user);
  await keyboard.press('Enter');
  await terminal.settled();
  await asks(true);
  for (const character of PASSWORD)
    await keyboard.press(/[A-Z]/.test(character) ? `Shift+${character}` : character);
  await keyboard.press('Enter');
  await eventually(async () => {
    const [session] = await house.sessions();
    if (session?.state !== 'active') throw new Error(`${session?.state}`);
  }, 20_000);
  await asks(false);
  t.deepEqual(terminal.complaints, []);
});
