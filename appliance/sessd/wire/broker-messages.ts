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

export const SHUTDOWN_ACTIONS = ['poweroff', 'reboot'] as const;
export type ShutdownAction = (typeof SHUTDOWN_ACTIONS)[number];
const shutdownAction = oneOf(...SHUTDOWN_ACTIONS);

/** What wrsrvd may ask. */
export const readRequest = message({
  /** Begins a login. `user` is a hint off a card or what somebody typed; without it the person is asked. */
  session_requested: fields({
    id: field.id,
    terminal: field.terminal,
    user: optional(field.userName),
    /** Which PAM service decides: `wayray`, or `wayray-card` where the administrator made one. */
    method: optional(oneOf('login', 'card')),
  }),
  /** The same for a session that runs and is locked; ends in unlock_authenticated. */
  unlock_requested: fields({ id: field.id, terminal: field.terminal, session: field.id }),
  /** Answers to authentication_prompt of this round; the bytes are the frame's tail. */
  authentication_answer: fields({ id: field.id, round: field.round, answers: field.answers }),
  authentication_cancelled: fields({ id: field.id }),
  /** After session_authenticated: starts a session for that user. */
  session_start: fields({
    id: field.id,
    session: field.id,
    size: optional(field.size),
    /** Which of those that the administrator has made. */
    choice: optional(field.sessionChoice),
  }),
  session_logout: fields({
    session: field.id,
    reason: text(/^[\w .,-]{1,64}$/, 'up to 64 letters, digits, blanks and ._,-'),
  }),
  /** A session in which somebody can log in; no login precedes it. wrsessd names it. */
  greeter_start: fields({
    id: field.id,
    terminal: field.terminal,
    size: optional(field.size),
    /** Unix socket on which wrsrvd takes the greeter. */
    channel: field.path,
  }),
  sessions_requested: fields({}),
  /** What may be done with the machine itself. */
  host_requested: fields({}),
  /** Somebody at a terminal wants the machine itself to stop. */
  host_shutdown: fields({ id: field.id, terminal: field.terminal, action: shutdownAction }),
});
export type Request = ReturnType<typeof readRequest>;

/** So that the message fits a frame. */
export const SESSIONS_AT_ONCE = 200;

/** What is told of a session that runs. */
export const running = {
  session: field.id,
  user: field.userName,
  uid: field.uid,
  pid: whole(1, 0x7fff_ffff),
  /** Unix socket on which wrcomp takes the broker. */
  socket: field.path,
};
const { user: _, ...greeter } = running;

const answerShapes = {
  authentication_prompt: fields({ id: field.id, round: field.round, prompts: field.prompts }),
  /** Told once the person has shown who they are, e.g. that the new password is too short. */
  authentication_message: fields({
    id: field.id,
    style: oneOf('info', 'error'),
    text: field.words,
  }),
  session_authenticated: fields({
    id: field.id,
    user: field.userName,
    uid: field.uid,
    messages: list(field.words, 64),
  }),
  unlock_authenticated: fields({ id: field.id, session: field.id }),
  /** `failed` says no more than its words, whatever the reason was. */
  authentication_failed: fields({
    id: field.id,
    code: oneOf('failed', 'wait', 'cancelled', 'busy'),
    message: field.words,
    retryAfterMs: optional(whole(0, 1e9)),
  }),
  session_started: fields({ ...running, id: field.id }),
  greeter_started: fields({ ...greeter, id: field.id }),
  session_failed: fields({ id: field.id, session: field.id, message: field.words }),
  /** To every broker. */
  session_ended: fields({ session: field.id, reason: field.words }),
  /** `more`: another one of these follows. */
  sessions: fields({
    sessions: list(fields({ ...running, greeter: flag }), SESSIONS_AT_ONCE),
    more: flag,
  }),
  /** `shutdown`: what host_shutdown may ask for here. */
  host: fields({ shutdown: list(shutdownAction, SHUTDOWN_ACTIONS.length) }),
  /** The machine's own command for it has been started. */
  host_shutting_down: fields({ id: field.id, action: shutdownAction }),
  /** The request was not understood or not possible; nothing was changed. */
  refused: fields({ id: optional(field.id), code: field.words, message: field.words }),
};
/** What wrsessd answers. */
export const readAnswer = message(answerShapes);
export type Answer = Message<typeof answerShapes>;
