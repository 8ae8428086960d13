import { closeSync, fstatSync, openSync } from 'node:fs';
import test from 'ava';
import { receiveFrom } from '../../../../appliance/compositor/data/selection-offer.ts';

test('a descriptor goes to the source or is closed', (t) => {
  const sent: [string, number][] = [];
  const source = {
    mimeTypes: new Set(['text/plain']),
    client: null,
    send: (type: string, fd: number) => sent.push([type, fd]),
    cancel() {},
    onDestroy: () => () => {},
  };
  const refused = [
    [true, 'text/html'],
    [false, 'text/plain'],
  ] as const;
  for (const [isCurrent, type] of refused) {
    const fd = openSync('/dev/null', 'w');
    receiveFrom(source, isCurrent, type, fd);
    t.throws(() => fstatSync(fd), { code: 'EBADF' });
  }
  const fd = openSync('/dev/null', 'w');
  t.teardown(() => closeSync(fd));
  receiveFrom(source, true, 'text/plain', fd);
  t.deepEqual(sent, [['text/plain', fd]]);
});
