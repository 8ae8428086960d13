import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findAccount } from '../../../native/process/index.ts';

/** Colours that nothing on a screen has but one person's session. */
export interface OwnLook {
  /** 0xRRGGBB; of the window. */
  readonly paper: number;
  /** Of the pointer over it. */
  readonly pointer: number;
}

/** First application of sessions whose users have a look of their own. */
export const OWN_LOOK_COMMAND =
  'XCURSOR_PATH=$HOME/icons XCURSOR_THEME=own exec foot -o colors.background=$(cat $HOME/paper)';

/** The same, and it changes its picture twenty times a second. */
export const RESTLESS_LOOK_COMMAND = `${OWN_LOOK_COMMAND} sh -c 'while date +%N; do sleep 0.05; done'`;

const CURSORS = ['xterm', 'text', 'left_ptr', 'default', 'hand2', 'pointer'];
const SIDE_PX = 24;

/** Gives a user's terminal emulator and pointer colours of their own. @throws Error when there is no such user */
export function giveLook(user: string, { paper, pointer }: OwnLook): void {
  const account = findAccount(user);
  if (!account) throw new Error(`no user ${user}`);
  const { home } = account;
  writeFileSync(join(home, 'paper'), paper.toString(16).padStart(6, '0'));
  const cursors = join(home, 'icons/own/cursors');
  mkdirSync(cursors, { recursive: true });
  for (const name of CURSORS) writeFileSync(join(cursors, name), xcursor(pointer));
}

/** What to call them for a Recorder. */
export function coloursOf(name: string, look: OwnLook): [number, string][] {
  return [
    [look.paper, name],
    [look.pointer, name],
  ];
}

/** A file of libXcursor: one square picture. */
function xcursor(rgb: number): Uint8Array {
  const header = [0x72756358, 16, 0x10000, 1];
  const contents = [0xfffd0002, SIDE_PX, 28];
  const image = [36, 0xfffd0002, SIDE_PX, 1, SIDE_PX, SIDE_PX, 0, 0, 0];
  const pixels = Array<number>(SIDE_PX * SIDE_PX).fill(0xff000000 + rgb);
  const words = Uint32Array.from([...header, ...contents, ...image, ...pixels]);
  return new Uint8Array(words.buffer);
}
