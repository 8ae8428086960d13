import test from 'ava';
import { createSealedFile, FdConnection } from '../../../native/wayland/index.ts';
import { CompositorProcess } from '../../wlcs/compositor-process.ts';

const refused = [
  '{',
  'null',
  '5',
  '{"op":"constructor"}',
  '{"op":"add_client"}',
  '{"op":"pointer_to","x":"1","y":1}',
  '{"op":"pointer_button","code":272}',
  '{"op":"position_window","client":1,"surface":99,"x":0,"y":0}',
];

const harmless = [
  '{"op":"pointer_to","x":1e999,"y":-1e300}',
  '{"op":"pointer_by","dx":1e300,"dy":0}',
  '{"op":"pointer_button","code":1e99,"pressed":true}',
  '{"op":"key","code":-5,"pressed":true}',
  '{"op":"touch_up"}',
  '{"op":"reset"}',
];

test('answers every message, whatever it says, and goes on', async (t) => {
  const compositor = await CompositorProcess.start();
  t.teardown(() => compositor.stop());
  const answers: ((answer: string) => void)[] = [];
  const control = FdConnection.connect(compositor.controlSocket, (data) =>
    answers.shift()?.(data.toString()),
  );
  t.teardown(() => control.close());
  const ask = (message: string, fd?: number) =>
    new Promise<{ ok: boolean }>((resolve) => {
      answers.push((answer) => resolve(JSON.parse(answer) as { ok: boolean }));
      control.send(Buffer.from(message), fd);
    });

  for (const message of refused) t.false((await ask(message)).ok, message);
  for (const message of harmless) t.true((await ask(message)).ok, message);
  // A descriptor that nobody wants, and one that is no socket.
  t.true((await ask('{"op":"reset"}', createSealedFile('unwanted', Buffer.alloc(1)))).ok);
  await ask('{"op":"add_client"}', createSealedFile('no socket', Buffer.alloc(1)));
  t.true((await ask('{"op":"reset"}')).ok);
  t.true(compositor.running);
  t.deepEqual(compositor.errors(), []);
});
