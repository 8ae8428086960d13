import { existsSync } from 'node:fs';

/** Programs that give devices to one program at a time, as libseat names them. */
export type SeatDaemon = 'seatd' | 'logind';

export interface SeatDaemonPlaces {
  readonly seatd: string;
  readonly logind: string;
}

const PLACES: SeatDaemonPlaces = { seatd: '/run/seatd.sock', logind: '/run/systemd/seats' };

/**
 * Which of them run, in the order in which to ask. `LIBSEAT_BACKEND` chooses one, another word there means none: libseat's
 * own stand-ins for a daemon need root and fork.
 */
export function seatDaemons(
  env: Readonly<Record<string, string | undefined>>,
  places: SeatDaemonPlaces = PLACES,
): SeatDaemon[] {
  const chosen = env['LIBSEAT_BACKEND'];
  const found: SeatDaemon[] = [];
  if (existsSync(env['SEATD_SOCK'] ?? places.seatd)) found.push('seatd');
  if (existsSync(places.logind)) found.push('logind');
  return found.filter((daemon) => chosen === undefined || daemon === chosen);
}

/** libseat is told in the environment alone. */
export function withSeatDaemon<Made>(daemon: SeatDaemon, open: () => Made): Made {
  const before = process.env['LIBSEAT_BACKEND'];
  process.env['LIBSEAT_BACKEND'] = daemon;
  try {
    return open();
  } finally {
    if (before === undefined) delete process.env['LIBSEAT_BACKEND'];
    else process.env['LIBSEAT_BACKEND'] = before;
  }
}
