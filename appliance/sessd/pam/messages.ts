import {
  fields,
  flag,
  list,
  type Message,
  message,
  oneOf,
  optional,
  text,
  whole,
} from '../../wire/check.ts';
import * as field from '../../wire/fields.ts';
import { running } from '../wire/broker-messages.ts';

const service = text(/^[a-zA-Z0-9._-]{1,64}$/, 'a PAM service');

/** What wrsessd tells its wrpam. */
export const readOrder = message({
  begin: fields({
    service,
    confdir: optional(field.path),
    user: field.userName,
    terminal: field.terminal,
    purpose: oneOf('login', 'unlock'),
    /** Accounts below are not for people. */
    minUid: field.uid,
    answerTimeoutMs: whole(1, 1e9),
  }),
  answer: fields({ round: field.round, answers: field.answers }),
  start: fields({
    session: field.id,
    size: optional(field.size),
    choice: optional(field.sessionChoice),
  }),
  /** Takes the place of begin and start: nobody has to show who they are. */
  greet: fields({
    session: field.id,
    user: field.userName,
    /** Opens the PAM session; without it there is none. */
    service: optional(service),
    confdir: optional(field.path),
    channel: field.path,
    size: optional(field.size),
  }),
});
export type Order = ReturnType<typeof readOrder>;

const reportShapes = {
  prompt: fields({ round: field.round, prompts: field.prompts }),
  message: fields({ style: oneOf('info', 'error'), text: field.words }),
  authenticated: fields({
    user: field.userName,
    uid: field.uid,
    messages: list(field.words, 64),
  }),
  /**
   * `user`: only when there is such an account. `told`: what modules say to a person who has shown who they are, e.g. why
   * the account may not be used.
   */
  failed: fields({
    user: optional(field.userName),
    reason: field.words,
    told: optional(field.words),
  }),
  started: fields({ pid: whole(1, 0x7fff_ffff), socket: field.path }),
  start_failed: fields({ message: field.words }),
};
/** What wrpam tells. */
export const readReport = message(reportShapes);
export type Report = Message<typeof reportShapes>;

/** What wrsessd tells a wrpam whose session runs, over the session's control socket. */
export const readControl = message({
  end: fields({ reason: field.words }),
});

const sessionShapes = {
  session: fields({ ...running, greeter: flag }),
  ended: fields({ reason: field.words }),
};
export const readSessionReport = message(sessionShapes);
export type SessionReport = Message<typeof sessionShapes>;
export type SessionRecord = Omit<Extract<SessionReport, { type: 'session' }>, 'type'>;
