import { randomBytes } from 'node:crypto';

/** Not to be guessed, and fit for names of files, sockets and cgroups. */
export const newSessionId = (): string => `s${randomBytes(12).toString('hex')}`;
