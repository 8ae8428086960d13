import type { BrokerMessage, GreeterMessage } from '../wire/greeter-messages.ts';

export type Hello = Extract<BrokerMessage, { type: 'hello' }>;
export type Ask = Extract<BrokerMessage, { type: 'ask' }>;
export type Prompt = Extract<BrokerMessage, { type: 'prompt' }>['prompts'][number];
export type Failure = Extract<BrokerMessage, { type: 'failed' }>;

export type FieldId = 'user' | `answer:${number}`;
export type ElementId =
  | FieldId
  | 'submit'
  | 'cancel'
  | 'session'
  | 'keyboard'
  | 'contrast'
  | 'large'
  | 'shutdown'
  | 'confirm'
  | 'dismiss'
  | `item:${number}`;

/** What was typed into a prompt's field. Of a secret nothing but its length is known here. */
export interface Answer {
  /** Of a visible answer. */
  readonly text: string;
  readonly characters: number;
  /** UTF-8. */
  readonly bytes: number;
}

export interface Notice {
  readonly style: 'info' | 'error';
  readonly text: string;
}

export type Step =
  /** The broker has not asked for anything yet. */
  | { readonly kind: 'starting' }
  /** A name is to be typed, or a session chosen. */
  | { readonly kind: 'name' }
  /** It is the broker's turn. */
  | { readonly kind: 'working' }
  | {
      readonly kind: 'prompts';
      readonly round: number;
      readonly prompts: readonly Prompt[];
      readonly answers: readonly Answer[];
    }
  /** `untilMs`: when another try is possible, if that is known. */
  | { readonly kind: 'failed'; readonly untilMs: number | null }
  /** The login has succeeded, with something to be read before the session comes. */
  | { readonly kind: 'told'; readonly sinceMs: number }
  | { readonly kind: 'accepted' };

export type Menu = 'session' | 'keyboard' | 'shutdown';

export interface State {
  readonly hello: Hello | null;
  readonly login: Ask | null;
  readonly step: Step;
  /** The name in the name's field. */
  readonly user: string;
  /** Why the login before this one failed. */
  readonly failure: string;
  readonly notices: readonly Notice[];
  readonly focus: ElementId | null;
  readonly menu: Menu | null;
  /** Index in hello.sessions. */
  readonly session: number;
  readonly keyboard: { readonly layout: string; readonly variant: string };
  readonly contrast: 'normal' | 'high';
  readonly large: boolean;
  readonly capsLock: boolean;
  /** Milliseconds since 1970, as the last event had it. */
  readonly nowMs: number;
}

export const INITIAL: State = {
  hello: null,
  login: null,
  step: { kind: 'starting' },
  user: '',
  failure: '',
  notices: [],
  focus: null,
  menu: null,
  session: 0,
  keyboard: { layout: 'us', variant: '' },
  contrast: 'normal',
  large: false,
  capsLock: false,
  nowMs: 0,
};

export type Key =
  | 'Enter'
  | 'Escape'
  | 'Tab'
  | 'BackTab'
  | 'Up'
  | 'Down'
  | 'Left'
  | 'Right'
  | 'Home'
  | 'End'
  | 'BackSpace'
  | 'Clear'
  | 'F8'
  | 'F9';

export type Event =
  | { readonly type: 'broker'; readonly message: BrokerMessage }
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'text'; readonly codePoint: number }
  /** By pointer or touch; null beside everything. */
  | { readonly type: 'press'; readonly element: ElementId | null }
  | { readonly type: 'capsLock'; readonly on: boolean }
  | { readonly type: 'tick' };

export type Effect =
  | { readonly type: 'send'; readonly message: GreeterMessage }
  /** Secrets are with the store, by field; a string is a visible answer, null an answer to nothing. */
  | {
      readonly type: 'answer';
      readonly login: string;
      readonly round: number;
      readonly answers: readonly (FieldId | { readonly text: string } | null)[];
    }
  | { readonly type: 'append'; readonly field: FieldId; readonly codePoint: number }
  | { readonly type: 'erase'; readonly field: FieldId }
  | { readonly type: 'clear'; readonly field: FieldId }
  /** All secrets. */
  | { readonly type: 'wipe' }
  | { readonly type: 'keyboard'; readonly layout: string; readonly variant: string }
  | { readonly type: 'exit' };

export interface Next {
  readonly state: State;
  readonly effects: readonly Effect[];
}
