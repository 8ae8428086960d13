import type { BrokerMessage } from '../wire/greeter-messages.ts';
import { fieldsOf, takesAnswer } from './elements.ts';
import type { Ask, Effect, Failure, Hello, Next, Notice, State } from './state.ts';

const NOTICES_MAX = 4;

export function takeBroker(state: State, message: BrokerMessage): Next {
  switch (message.type) {
    case 'hello':
      return { state: greeted(state, message), effects: [] };
    case 'ask':
      return asked(state, message);
    case 'bye':
      return { state, effects: [{ type: 'wipe' }, { type: 'exit' }] };
  }
  // News of a login that has ended meanwhile.
  if (message.login !== state.login?.login) return { state, effects: [] };
  switch (message.type) {
    case 'prompt':
      return prompted(state, message);
    case 'message':
      return { state: withNotices(state, [message]), effects: [] };
    case 'failed':
      return failed(state, message);
    case 'told': {
      const step = { kind: 'told', sinceMs: state.nowMs } as const;
      return { state: { ...state, step, menu: null, failure: '' }, effects: [{ type: 'wipe' }] };
    }
    case 'accepted':
      return {
        state: { ...state, step: { kind: 'accepted' }, menu: null, failure: '' },
        effects: [{ type: 'wipe' }],
      };
  }
}

function greeted(state: State, hello: Hello): State {
  const contrast = state.hello?.contrast === hello.contrast ? state.contrast : hello.contrast;
  const session = state.session < hello.sessions.length ? state.session : 0;
  return { ...state, hello, contrast, session, keyboard: hello.keyboard, menu: null };
}

function asked(state: State, ask: Ask): Next {
  const wipe: Effect = { type: 'wipe' };
  const next: State = {
    ...state,
    login: ask,
    notices: [],
    menu: null,
    step: { kind: 'name' },
    user: ask.user === undefined || ask.fixed ? state.user : ask.user,
  };
  const choice = ask.reason === 'login' && (state.hello?.sessions.length ?? 0) > 1;
  if (!ask.fixed || choice) return { state: { ...next, focus: firstToDo(next) }, effects: [wipe] };
  const begin: Effect = { type: 'send', message: { type: 'begin', login: ask.login } };
  return { state: { ...next, step: { kind: 'working' } }, effects: [wipe, begin] };
}

const firstToDo = (state: State) => fieldsOf(state)[0] ?? 'submit';

function prompted(state: State, message: BrokerMessage & { type: 'prompt' }): Next {
  const { login, round, prompts } = message;
  const told = prompts.flatMap(({ style, text }) =>
    style === 'info' || style === 'error' ? [{ style, text }] : [],
  );
  const next = withNotices(state, told);
  const wipe: Effect = { type: 'wipe' };
  if (!prompts.some(takesAnswer)) {
    const answers = prompts.map(() => null);
    return {
      state: { ...next, step: { kind: 'working' } },
      effects: [wipe, { type: 'answer', login, round, answers }],
    };
  }
  const answers = prompts.map(() => ({ text: '', characters: 0, bytes: 0 }));
  const asking: State = { ...next, step: { kind: 'prompts', round, prompts, answers }, menu: null };
  return { state: { ...asking, focus: firstToDo(asking) }, effects: [wipe] };
}

function failed(state: State, { code, message, retryAfterMs }: Failure): Next {
  const cancelled = code === 'cancelled';
  return {
    state: {
      ...state,
      step: {
        kind: 'failed',
        untilMs: retryAfterMs === undefined ? null : state.nowMs + retryAfterMs,
      },
      failure: cancelled ? '' : message,
      user: cancelled ? '' : state.user,
      notices: [],
      menu: null,
    },
    effects: [{ type: 'wipe' }],
  };
}

function withNotices(state: State, told: readonly Notice[]): State {
  const added = told.filter(({ text }) => text.trim() !== '');
  const notices = [...state.notices, ...added.map(({ style, text }) => ({ style, text }))];
  return { ...state, notices: notices.slice(-NOTICES_MAX) };
}
