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

/** As shown to a person: one line, no control characters. */
const line = text(/^[^\p{Cc}\p{Zl}\p{Zp}]{0,128}$/u, 'up to 128 characters on one line');
const layout = text(/^[\w-]{1,32}$/, 'an XKB layout, e.g. de');
const variant = text(/^[\w-]{0,32}$/, 'an XKB variant, e.g. nodeadkeys, or nothing');
const session = fields({ id: field.sessionChoice, name: line });

/** Beyond this no person chooses. */
export const LAYOUTS_MAX = 64;
export const SESSIONS_MAX = 32;

const brokerShapes = {
  /** First message, once the greeter is `ready`. Sent again when something in it changes. */
  hello: fields({
    /** What the terminal is called. */
    terminal: line,
    /** The server's name. */
    host: optional(line),
    keyboard: fields({ layout, variant }),
    /** What a person may choose from; without it, or with one, there is no choice. */
    layouts: optional(list(fields({ layout, variant, name: line }), LAYOUTS_MAX)),
    sessions: list(session, SESSIONS_MAX),
    shutdown: flag,
    contrast: oneOf('normal', 'high'),
    /** BCP 47; for the clock. */
    locale: optional(text(/^[A-Za-z0-9-]{2,35}$/, 'a language tag, e.g. de-CH')),
  }),
  /**
   * Begins a login, and puts an end to the one before it. The greeter answers with exactly one `begin`: at once where
   * `user` is known and nothing is left to choose, else when the person has typed or chosen. It shows `shownName`, or
   * `user`; `fixed`: the name cannot be changed.
   */
  ask: fields({
    login: field.id,
    reason: oneOf('login', 'unlock'),
    user: optional(field.userName),
    shownName: optional(line),
    fixed: flag,
  }),
  prompt: fields({ login: field.id, round: field.round, prompts: field.prompts }),
  message: fields({ login: field.id, style: oneOf('info', 'error'), text: field.words }),
  /** The login is over; a new `ask` follows, at once or after `retryAfterMs`. */
  failed: fields({
    login: field.id,
    code: oneOf('failed', 'wait', 'cancelled', 'busy'),
    message: field.words,
    retryAfterMs: optional(whole(0, 1e9)),
  }),
  /** The login has succeeded, and the `message`s before this are to be read: answered by `read`, or goes on by itself. */
  told: fields({ login: field.id }),
  accepted: fields({ login: field.id }),
  /** The greeter exits. */
  bye: fields({}),
};
/** What wrsrvd says to a greeter. @throws MessageError */
export const readBrokerMessage = message(brokerShapes);
export type BrokerMessage = Message<typeof brokerShapes>;

const greeterShapes = {
  ready: fields({}),
  /** Prompts may follow. `user` is absent where `ask` had one that was not changed. */
  begin: fields({
    login: field.id,
    user: optional(field.userName),
    session: optional(field.sessionChoice),
  }),
  /** The lengths of the answers; their bytes (UTF-8) are the frame's tail. Null for what takes no answer. */
  answer: fields({ login: field.id, round: field.round, answers: field.answers }),
  read: fields({ login: field.id }),
  cancel: fields({ login: field.id }),
  keyboard: fields({ layout, variant }),
  /** Only where `hello` offered it. */
  shutdown: fields({}),
};
/** What a greeter says to wrsrvd. @throws MessageError */
export const readGreeterMessage = message(greeterShapes);
export type GreeterMessage = Message<typeof greeterShapes>;
