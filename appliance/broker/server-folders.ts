import { join } from 'node:path';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';
import { makePassage, PassageError } from '../make-passage.ts';
import type { ServerConfig } from './config/config.ts';
import { makePrivate } from './state-dir.ts';

export interface ServerFolders {
  readonly identity: string;
  /** Of the registry and its keys. */
  readonly state: string;
  readonly knownBrowsers: string;
  readonly lockSocket: string;
  /** Sockets of greeters, whose names nobody can guess: the folder can be passed, not read. */
  readonly greeters: string;
}

/** Makes the folders of a server for many people. @throws ExitError naming the folder and what is wrong with it */
export function openServerFolders({ stateDir, runDir }: ServerConfig): ServerFolders {
  const identity = join(stateDir, 'identity');
  for (const folder of [stateDir, identity]) makePrivate(folder, 0o077, 'state-dir');
  const greeters = join(runDir, 'greeter');
  for (const folder of [runDir, greeters]) open(folder);
  return {
    identity,
    state: stateDir,
    knownBrowsers: join(stateDir, 'browsers.json'),
    lockSocket: join(stateDir, 'wrsrvd.sock'),
    greeters,
  };
}

function open(folder: string): void {
  try {
    makePassage(folder);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why =
      cause instanceof PassageError ? message : `${folder} cannot be used: ${code ?? message}`;
    throw new ExitError(`run-dir: ${why}`, EXIT.config, { cause });
  }
}
