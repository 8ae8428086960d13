import test from 'ava';
import { FrameOwner } from '../../../appliance/wm/frame-owner.ts';
import { labelSvg, shownTitle } from '../../../appliance/wm/title-bar-svg.ts';
import { TitleBars } from '../../../appliance/wm/title-bars.ts';

const bar = { x: 100, y: 50, width: 500, height: 32 };
const owner = new FrameOwner(1, 'titleBar', { ...bar, height: 300 });
const look = { title: 'A <title> & more', active: true, maximized: false };

function titleBars(scale = 1): { bars: TitleBars; drawn: () => Promise<void> } {
  let ready = () => {};
  const bars = new TitleBars({
    scaleAt: () => scale,
    onReady: () => ready(),
    onError: (error) => {
      throw error;
    },
  });
  const drawn = async () => {
    while (bars.isDrawing) {
      await new Promise<void>((resolve) => {
        ready = resolve;
      });
    }
  };
  return { bars, drawn };
}

const images = (items: ReturnType<TitleBars['items']>) =>
  items.flatMap((item) => (item.kind === 'image' ? [item.image] : []));

test('until its pictures are drawn a bar is plain, then it covers the same place', async (t) => {
  const { bars, drawn } = titleBars();
  const before = bars.items(owner, bar, look);
  t.deepEqual(images(before), []);
  await drawn();
  const after = bars.items(owner, bar, look);
  t.is(images(after).length, 3);
  for (const item of after) {
    if (item.kind === 'surface') continue;
    t.true(item.x >= bar.x && item.x + item.width <= bar.x + bar.width);
  }
});

test('a resize draws nothing anew while the title has room', async (t) => {
  const { bars, drawn } = titleBars();
  bars.items(owner, bar, look);
  await drawn();
  const before = images(bars.items(owner, bar, look));
  const wider = images(bars.items(owner, { ...bar, width: 777 }, look));
  t.deepEqual(wider, before);
  t.false(bars.isDrawing);
});

test('pictures have the pixels of their output', async (t) => {
  const { bars, drawn } = titleBars(1.5);
  bars.items(owner, bar, look);
  await drawn();
  for (const image of images(bars.items(owner, bar, look))) t.is(image.height, 48);
});

test('a client that changes its title all the time has one picture drawn at a time', async (t) => {
  const { bars, drawn } = titleBars();
  for (let i = 0; i < 50; i++) bars.items(owner, bar, { ...look, title: `title ${i}` });
  t.true(bars.drawingCount <= 3);
  await drawn();
  bars.items(owner, bar, { ...look, title: 'title 49' });
  await drawn();
  t.is(images(bars.items(owner, bar, { ...look, title: 'title 49' })).length, 3);
});

test('a title is one bounded line of well-formed text, and no markup', (t) => {
  t.is(shownTitle('a\nb\u0000c\ud800'), 'a b c\ufffd');
  t.is([...shownTitle('😀'.repeat(500))].length, 200);
  t.true(labelSvg('<script>&', 100, true, 1).includes('&lt;script&gt;&amp;'));
});
