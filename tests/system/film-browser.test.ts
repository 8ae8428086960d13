import test from 'ava';
import { startChromium, TerminalPage } from '../helpers/browser.ts';
import { eventually } from '../helpers/eventually.ts';
import { Server } from '../helpers/server.ts';

const FILM =
  'av://lavfi:mandelbrot=size=640x360:rate=25:start_scale=0.3,gblur=sigma=1.5,hue=s=0.5,noise=c0s=3:c0f=t';
const PLAY = `mpv --no-config --vo=wlshm --no-audio --osc=no --osd-level=0 '${FILM}'`;

interface Counted {
  pictures?: number;
}

/** Runs in the page before its own scripts. */
function countPictures(): void {
  const counted = globalThis as Counted;
  counted.pictures = 0;
  const { decode } = VideoDecoder.prototype;
  VideoDecoder.prototype.decode = function (chunk) {
    counted.pictures = (counted.pictures ?? 0) + 1;
    decode.call(this, chunk);
  };
}

test.serial('a browser decodes a film, and has it exactly when it is paused', async (t) => {
  const server = await Server.start({ exec: PLAY, env: { LANG: 'C.UTF-8' } });
  t.teardown(() => server.stop());
  const browser = await startChromium();
  t.teardown(() => browser.close());
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1000, height: 640 },
  });
  await context.addInitScript(countPictures);
  const page = await TerminalPage.open(t, browser, server.browserUrl, { context });
  await page.state('attached');
  await eventually(async () => {
    const pictures = await page.page.evaluate(() => (globalThis as Counted).pictures ?? 0);
    if (pictures < 25) throw new Error(`only ${pictures} pictures of video`);
  }, 20_000);
  t.is(await page.page.getAttribute('#screen', 'aria-busy'), 'true');
  await page.page.screenshot({ path: 'tests/system/build/film-browser-playing.png' });
  await page.page.focus('#screen');
  await page.press('Space');
  // The checksum of the whole picture is that of the session's.
  await page.settled();
  await page.page.screenshot({ path: 'tests/system/build/film-browser-paused.png' });
  const before = await page.page.evaluate(() => (globalThis as Counted).pictures ?? 0);
  await page.press('Space');
  await eventually(async () => {
    const pictures = await page.page.evaluate(() => (globalThis as Counted).pictures ?? 0);
    if (pictures < before + 10) throw new Error('it does not go on');
  }, 20_000);
  t.deepEqual(page.complaints, []);
  t.notRegex(server.sessionLog, /asks for a key frame/);
});
