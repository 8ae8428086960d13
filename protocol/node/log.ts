import { type Logger as PinoLogger, pino } from 'pino';
import { default as pretty } from 'pino-pretty';

export type Logger = PinoLogger;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Fields that must never reach a log, wherever they stand in a record. */
const SECRETS = ['credential', 'code', 'pin', 'password', 'privateKey'];

export interface LogOptions {
  /** the daemon's name, e.g. wrsrvd */
  name: string;
  level: LogLevel;
  /** file descriptor to write to; 2 is standard error */
  fd?: number;
  /** for people: one readable line per record instead of one JSON object */
  readable: boolean;
}

/**
 * Opens a daemon's log. Ids go into fields: `session`, `terminal`, `connection`; bind them with
 * `log.child({ session })`. Writing is synchronous: the last line before a crash is the one that counts.
 */
export function openLog(options: LogOptions): Logger {
  const destination = options.readable
    ? pretty({
        destination: options.fd ?? 2,
        sync: true,
        colorize: true,
        ignore: 'pid,hostname,name',
        translateTime: 'SYS:HH:MM:ss.l',
      })
    : pino.destination({ fd: options.fd ?? 2, sync: true });
  // A full disk or a closed terminal window must not end what is being logged.
  destination.on('error', () => {});
  return pino(
    {
      name: options.name,
      level: options.level,
      redact: { paths: [...SECRETS, ...SECRETS.map((key) => `*.${key}`)], censor: '[secret]' },
      // An error's code is no secret, but has the name of one.
      serializers: { err: (err) => ({ ...pino.stdSerializers.err(err), kind: err.code }) },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination,
  );
}
