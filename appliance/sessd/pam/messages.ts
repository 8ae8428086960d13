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

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a login or a greeter asks of its process; native/wrpam/order.c checks what reaches wrpam of it. */
export type Order =
  | {
      readonly type: 'begin';
      readonly service: string;
      readonly confdir?: string;
      readonly user: string;
      readonly terminal: string;
      readonly purpose: 'login' | 'unlock';
      /** Accounts below are not for people. */
      readonly minUid: number;
      readonly answerTimeoutMs: number;
    }
  | {
      readonly type: 'answer';
      readonly round: number;
      readonly answers: readonly (number | null)[];
    }
  | {
      readonly type: 'start';
      readonly session: string;
      readonly size?: Size;
      readonly choice?: string;
    }
  /** Takes the place of begin and start: nobody has to show who they are. */
  | {
      readonly type: 'greet';
      readonly session: string;
      readonly user: string;
      /** Opens the PAM session; without it there is none. */
      readonly service?: string;
      readonly confdir?: string;
      readonly channel: string;
      readonly size?: Size;
    };

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
  /** The PAM session is open, or there is none. */
  opened: fields({
    name: field.userName,
    uid: field.uid,
    gid: field.uid,
    home: field.words,
    shell: field.words,
    hasHome: flag,
    /** NAME=VALUE, as modules want it. */
    environment: list(text(/^[\s\S]*$/, 'text'), 1000),
  }),
  /** wrcomp serves. */
  ready: fields({ pid: whole(1, 0x7fff_ffff) }),
  started: fields({ pid: whole(1, 0x7fff_ffff), socket: field.path }),
  start_failed: fields({ message: field.words }),
};
/** What wrpam tells. */
export const readReport = message(reportShapes);
export type Report = Message<typeof reportShapes>;

/** What a wrpam tells whose session runs, over the session's control socket; it takes `end {reason}`. */
const sessionShapes = {
  session: fields({ ...running, greeter: flag }),
  ended: fields({ reason: field.words }),
};
export const readSessionReport = message(sessionShapes);
export type SessionReport = Message<typeof sessionShapes>;
export type SessionRecord = Omit<Extract<SessionReport, { type: 'session' }>, 'type'>;
