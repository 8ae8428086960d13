import test from 'ava';
import { drawSvg } from '../../../native/svg/index.ts';

const document = (body: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="24">${body}</svg>`;

test('a document is drawn with premultiplied colours', (t) => {
  const { width, height, pixels } = drawSvg(
    document('<rect width="60" height="24" fill="#ff0000" fill-opacity="0.5"/>'),
  );
  t.deepEqual([width, height, pixels.length], [60, 24, 60 * 24 * 4]);
  const [blue, green, red = 0, alpha = 0] = pixels;
  t.deepEqual([blue, green], [0, 0]);
  t.true(Math.abs(red - 128) <= 1 && Math.abs(alpha - 128) <= 1);
});

test('text is drawn', (t) => {
  const { pixels } = drawSvg(document('<text y="20" font-size="20" fill="#fff">Wi</text>'));
  t.true(pixels.filter((value) => value === 255).length > 100);
});

test('no file is opened for a document', (t) => {
  const image = '<image href="file:///usr/share/pixmaps/debian-logo.png" width="60" height="24"/>';
  t.true(drawSvg(document(image)).pixels.every((value) => value === 0));
});

test('what is no document is refused', (t) => {
  for (const wrong of ['', 'text', '<svg', '<svg xmlns="http://www.w3.org/2000/svg"/>'])
    t.throws(() => drawSvg(wrong), { message: /^SVG document: / }, wrong);
});
