/** Readers, cards and badges through the image's own udevd, pcscd, libccid and node-hid, with no terminal around them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Program } from '../../../../images/root/assemble.ts';
import { makePivCard } from '../../../helpers/card/make-card.ts';
import type { PivSpec } from '../../../helpers/card/spec.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';
import { chapter, type Stage, type World } from '../chapter.ts';
import { EmulatedCac } from '../emulated-cac.ts';
import type { Machine } from '../machine.ts';
import { openMachine } from '../one-machine.ts';
import { VirtualCard } from '../virtual-card.ts';

const RUN = 'cards';
export const CARDS: Program = {
  name: RUN,
  source: fileURLToPath(new URL('../card-teller.ts', import.meta.url)),
};
const HASTY = 12;
const USB = 'usb0.0';
const TABLET = { driver: 'usb-tablet', id: 'badges0', bus: USB } as const;

interface CardWorld extends World {
  readonly machine: Machine;
  readonly card: VirtualCard;
  readonly folder: string;
}

export const cards = chapter('cards', open, { keys, hasty, unplugged, cac, badges }, () =>
  spawnSync('certutil', ['-H']).error ? "certutil (Debian's libnss3-tools) is missing" : null,
);

async function open(stage: Stage): Promise<CardWorld> {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(scratchFolder()).path;
  const cardSocket = join(folder, 'card.sock');
  const card = stack.use(await VirtualCard.listen(cardSocket));
  const one = stack.use(await openMachine(stage, { words: `wayray.run=${RUN}`, cardSocket }));
  await one.machine.says(/card reader found/);
  const dispose = () => stack.disposeAsync();
  return { ...one, card, folder, [Symbol.asyncDispose]: dispose };
}

/** Both keys of a card prove, whatever they are; a reader that knows T=0 alone is enough. */
async function keys({ machine, card }: CardWorld): Promise<void> {
  for (const algorithm of ['p256', 'p384', 'rsa2048'] as const) {
    const since = machine.console.length;
    const piv = await makePivCard({ algorithm });
    await card.insert(piv);
    await machine.says(new RegExp(`"tokenId":"${piv.guid}"`), since);
    await machine.says(/"key":"cardKey","did":"proved","signed":true/, since);
    await machine.says(/"key":"pinKey","did":"proved","signed":true,"tries":3/, since);
    await card.remove();
    await machine.says(/"did":"removed"/, since);
  }
}

/** Cards one after the other: each that was told of is told to leave, and the last one stays. */
async function hasty({ machine, card }: CardWorld): Promise<void> {
  const since = machine.console.length;
  const { keys } = await makePivCard();
  let last: PivSpec | null = null;
  for (let times = 0; times < HASTY; times++) {
    last = await makePivCard({ keys });
    await card.remove();
    await wait(Math.random() * 60);
    await card.insert(last);
    await wait(Math.random() * 1_000);
  }
  await machine.says(new RegExp(`"tokenId":"${last?.guid}"`), since);
  await card.remove();
  const told = () => [
    ...machine.console
      .slice(since)
      .matchAll(/"did":"(inserted|problem|removed)","insertion":(\d+)/g),
  ];
  const lastIn = told().findLast(([, did]) => did === 'inserted')?.[2];
  await machine.says(new RegExp(`"did":"removed","insertion":${lastIn}`), since);
  const lying = new Set<string>();
  for (const [, did, insertion = ''] of told()) {
    if (did === 'removed') lying.delete(insertion);
    else {
      assert.equal(lying.size, 0, `insertion ${insertion} while another lies there`);
      lying.add(insertion);
    }
  }
  assert.equal(lying.size, 0);
}

/** A second reader comes, and goes while its card is being read. */
async function unplugged({ machine, folder }: CardWorld): Promise<void> {
  const { qmp } = machine;
  await using card = await VirtualCard.listen(join(folder, 'second.sock'));
  const since = machine.console.length;
  await qmp.execute('device_add', { driver: 'usb-ccid', id: 'second', bus: USB });
  await machine.says(/card reader found/, since);
  await card.plug(qmp, 'second');
  await card.insert({ ...(await makePivCard()), delayMs: 2_000 });
  const [, insertion] = await machine.says(/"did":"reading","insertion":(\d+)/, since);
  await qmp.execute('device_del', { id: 'second' });
  await machine.says(new RegExp(`"did":"removed","insertion":${insertion}`), since);
  await machine.says(/card reader gone/, since);
}

/** QEMU's own card is no PIV card. */
async function cac({ machine, folder }: CardWorld): Promise<void> {
  const { qmp } = machine;
  const cac = EmulatedCac.make(join(folder, 'cac'));
  const since = machine.console.length;
  await qmp.execute('device_add', { driver: 'usb-ccid', id: 'third', bus: USB });
  await machine.says(/card reader found/, since);
  await cac.insert(qmp, 'third');
  await machine.says(new RegExp(`"kind":"smartCard","tokenId":"${cac.tokenId}"`), since);
  await machine.says(/"key":"pinKey","did":"proved","signed":true/, since);
  await cac.remove(qmp, 'third');
  await machine.says(/"did":"removed"/, since);
}

/** A HID device is plugged in, tells numbers, is unplugged and comes back. */
async function badges({ machine }: CardWorld): Promise<void> {
  for (let times = 0; times < 2; times++) {
    const since = machine.console.length;
    await machine.qmp.execute('device_add', TABLET);
    await machine.says(/badge reader found/, since);
    await tap(machine, 0x1234, 0x5678);
    await machine.says(/"did":"inserted",.*"kind":"badge","tokenId":"34127856"/, since);
    // Another one takes its place.
    await tap(machine, 0x2345, 0x6789);
    await machine.says(/"did":"removed"[\s\S]*"tokenId":"45238967"/, since);
    await machine.qmp.execute('device_del', { id: TABLET.id });
    await machine.says(/"tokenId":"45238967"[\s\S]*badge reader gone[\s\S]*"did":"removed"/, since);
  }
}

async function tap({ qmp }: Machine, x: number, y: number): Promise<void> {
  const place = (axis: string, value: number) => ({ type: 'abs', data: { axis, value } });
  await qmp.execute('input-send-event', { events: [place('x', x), place('y', y)] });
}
