import test from 'ava';
import { HeadlessDisplay } from '../../../firmware/display/headless-display.ts';
import { parseOutput } from '../../../firmware/display/output-option.ts';

test('an output by words', (t) => {
  t.deepEqual(parseOutput('1920x1080'), { width: 1920, height: 1080, scale: 1, transform: 0 });
  t.deepEqual(parseOutput('1000x750@1.25+1000+20,75Hz,name=right,90'), {
    ...{ width: 1000, height: 750, scale: 1.25, transform: 1 },
    ...{ refreshHz: 75, name: 'right', place: { x: 1000, y: 20 } },
  });
  t.is(parseOutput('800x600,59.94Hz').refreshHz, 59.94);
});

for (const wrong of [
  ...['', '0x600', '800', '800x600@', '800x600@9', '800x600,', '800x600,91', '800x600,0Hz'],
  ...['800x600,99999Hz', '800x600,name=', '800x600,name=a/b', '800x600+1', '99999x1'],
])
  test(`"${wrong}" is no output`, (t) => {
    t.throws(() => parseOutput(wrong), { message: /expected WxH/ });
  });

test('a monitor that comes again stands where it stood, under another id', (t) => {
  const size = { width: 100, height: 100 };
  const display = new HeadlessDisplay({ ...size, name: 'a' }, { ...size, name: 'b' }, size);
  const row = () => display.outputs.map(({ id, name, x }) => `${id} ${name} ${x}`);
  t.deepEqual(row(), ['0 a 0', '1 b 100', '2 WAYRAY-3 200']);
  display.unplug(0);
  display.unplug(9);
  t.deepEqual(row(), ['1 b 0', '2 WAYRAY-3 100']);
  display.plug({ ...size, name: 'a' });
  display.plug({ ...size, name: 'a' });
  t.deepEqual(row(), ['3 a 0', '1 b 100', '2 WAYRAY-3 200', '4 WAYRAY-5 300']);
  display.change(1, { width: 300, height: 300, scale: 1.5, refreshHz: 75 });
  t.deepEqual(row(), ['3 a 0', '1 b 100', '2 WAYRAY-3 300', '4 WAYRAY-5 400']);
  t.is(display.outputs[1]?.refreshMhz, 75_000);
  for (const id of [1, 2, 3, 4]) display.unplug(id);
  t.deepEqual(row(), ['4 WAYRAY-5 0']);
});
