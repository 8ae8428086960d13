import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { Desktop } from '../helpers/desktop.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Box, centre, like } from '../helpers/picture.ts';

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--ozone-platform=wayland', '--no-first-run'];

const PAGE = `<!doctype html><title>gallery</title><body style="margin:0;background:#c0ffee;height:5000px">
<input id=i style="position:fixed;left:20px;top:40px;width:400px;height:60px;box-sizing:border-box;border:0;background:#ffe0b0;font:30px monospace">
<div style="position:absolute;top:1000px;left:0;width:100%;height:4000px;background:#224466"></div>
<script>
const tell = (what) => fetch('/tell?' + encodeURIComponent(what));
i.oninput = () => tell('input ' + i.value);
onscroll = () => tell('scroll ' + Math.round(scrollY));
i.onfocus = () => tell('focus');
tell('ratio ' + devicePixelRatio);
</script>`;

/** A page that tells what happens to it. */
async function page(t: ExecutionContext): Promise<{ url: string; told: string[] }> {
  const told: string[] = [];
  const server = createServer((request, response) => {
    const [path, query = ''] = (request.url ?? '').split('?');
    if (path === '/tell') told.push(decodeURIComponent(query));
    response.setHeader('content-type', 'text/html');
    response.end(path === '/' ? PAGE : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  t.teardown(() => server.closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, told };
}

async function browse(t: ExecutionContext, desk: Desktop): Promise<{ input: Box; told: string[] }> {
  const { url, told } = await page(t);
  await desk.show('chromium', [...ARGUMENTS, '--user-data-dir=chromium', url]);
  const field = like(0xffe0b0, 4);
  const shown = await desk.until(
    'the page',
    (picture) => (picture.bounds(field)?.height ?? 0) > 50,
  );
  return { input: shown.bounds(field) as Box, told };
}

function hears(told: readonly string[], what: string | RegExp): Promise<void> {
  return eventually(() => {
    if (!told.some((line) => (typeof what === 'string' ? line === what : what.test(line))))
      throw new Error(`no ${what} among ${told.join(', ')}`);
  }, 20_000);
}

test.serial('typing, selecting and scrolling in Chromium', async (t) => {
  const desk = await Desktop.open(t);
  const { input, told } = await browse(t, desk);
  desk.click(centre(input));
  await hears(told, 'focus');
  desk.type('Hello, WayRay!');
  await hears(told, 'input Hello, WayRay!');
  await desk.save('chromium');
  desk.press('Control+a');
  desk.press('Control+x');
  await hears(told, 'input ');
  desk.press('Control+v');
  desk.press('Control+v');
  await hears(told, 'input Hello, WayRay!Hello, WayRay!');
  desk.move({ x: input.x + 300, y: input.y + 300 });
  // How far a notch goes is Chromium's affair; a person turns the wheel until the right part is there.
  const turning = setInterval(() => desk.wheel(1), 30);
  try {
    await desk.until('the lower part', (now) => now.share(like(0x224466, 4)) > 0.4);
  } finally {
    clearInterval(turning);
  }
  await hears(told, /^scroll [1-9]\d{2,}$/);
  await desk.save('chromium-scrolled');
  t.pass();
});

test.serial('a scale of 1.5 gives Chromium sharp edges', async (t) => {
  const desk = await Desktop.open(t, { width: 1200, height: 900, scale: 1.5 });
  const { told } = await browse(t, desk);
  await hears(told, 'ratio 1.5');
  const isField = (rgb: number) => rgb === 0xffe0b0;
  const sharp = await desk.until('a field of whole pixels', (now) => {
    const field = now.bounds(isField);
    return field?.width === 600 && field.height === 90;
  });
  await desk.save('chromium-scale-1.5');
  const field = sharp.bounds(isField) as Box;
  t.is(sharp.share(isField, field), 1);
  const below = { ...field, y: field.y + field.height, height: 3 };
  t.is(
    sharp.share((rgb) => rgb === 0xc0ffee, below),
    1,
    'no blur at the edge',
  );
});
