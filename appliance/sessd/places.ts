import { join } from 'node:path';

/** Where things of wrsessd lie. */
export interface Places {
  /** Root's, others may pass: /run/wayray/sessd */
  readonly runDir: string;
  /** Root's alone: /var/log/wayray */
  readonly logDir: string;
}

/** Root's alone: control sockets of the sessions that run. */
export const controlFolder = (places: Places): string => join(places.runDir, 'control');
export const controlSocket = (places: Places, session: string): string =>
  join(controlFolder(places), `${session}.sock`);
export const runtimeFolders = (places: Places): string => join(places.runDir, 'runtime');
/** XDG_RUNTIME_DIR of a session where no PAM module provides one; 0700, the user's. */
export const runtimeFolder = (places: Places, session: string): string =>
  join(runtimeFolders(places), session);
export const linkFolders = (places: Places): string => join(places.runDir, 'links');
/** Where wrcomp makes the socket for the broker. */
export const linkFolder = (places: Places, session: string): string =>
  join(linkFolders(places), session);
export const linkSocket = (places: Places, session: string): string =>
  join(linkFolder(places, session), 'link');
/** What wrcomp says; one file for all greeters, of which there are many. */
export const sessionLog = (
  places: Places,
  launch: { session: string; greeter?: object },
): string =>
  launch.greeter
    ? join(places.logDir, 'greeters.log')
    : join(places.logDir, 'sessions', `${launch.session}.log`);
