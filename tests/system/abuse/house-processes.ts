import { readdirSync, readFileSync, statSync } from 'node:fs';
import { findAccount } from '../../../native/process/index.ts';
import { childrenOf } from '../../appliance/sessd/rig.ts';
import type { House } from '../../helpers/house.ts';
import { commandOf, lives, processesWith } from '../../helpers/processes.ts';

/** Processes of a house by what they run, wrsrvd and wrsessd apart. */
const PROGRAMS = {
  wrcomp: 'appliance/session/main.js',
  wrlogin: 'appliance/greeter/main.js',
} as const;
export type HouseProgram = keyof typeof PROGRAMS;

const isProgram = (pid: number, name: HouseProgram): boolean => {
  const words = commandOf(pid).split('\0');
  // A command that is passed on to another program is one word with others in it.
  return words.some((word) => word.endsWith(PROGRAMS[name])) && runs(words, PROGRAMS[name]);
};

/** The first script among the words is what runs. */
const runs = (words: readonly string[], main: string): boolean =>
  words.find((word) => word.endsWith('main.js'))?.endsWith(main) ?? false;

export function processesOf(house: House, name: HouseProgram): number[] {
  return processesWith(house.sessd.folder.path).filter((pid) => isProgram(pid, name) && lives(pid));
}

/** Each wrpam that this wrsessd has started: one for each login under way and for each session that runs. */
export function pamsOf(house: House): number[] {
  return childrenOf(house.sessd.program.process.pid ?? 0);
}

/** Those that hold a login, not a session that runs. */
export function loginsOf(house: House): number[] {
  return pamsOf(house).filter((pid) => childrenOf(pid).length === 0);
}

/** Process ids of a user's programs of this name. */
export function programsOf(user: string, name: string): number[] {
  const uid = findAccount(user)?.uid;
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => isOf(pid, uid, name) && lives(pid));
}

function isOf(pid: number, uid: number | undefined, name: string): boolean {
  try {
    const said = readFileSync(`/proc/${pid}/comm`, 'latin1').trim();
    return said === name && statSync(`/proc/${pid}`).uid === uid;
  } catch {
    return false;
  }
}
