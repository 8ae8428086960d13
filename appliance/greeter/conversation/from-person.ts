import { answerField, elementsOf, fieldsOf, isField, itemIndex, takesAnswer } from './elements.ts';
import type { Effect, ElementId, Key, Menu, Next, State } from './state.ts';
import { clear, erase, takeText } from './typing.ts';

const SPACE = 0x20;
/** An Enter that is still held must not take words away that nobody has read. */
const TOLD_AT_LEAST_MS = 700;
const unchanged = (state: State): Next => ({ state, effects: [] });

export function takeKey(state: State, key: Key): Next {
  switch (key) {
    case 'F8':
      return activate(state, 'contrast');
    case 'F9':
      return activate(state, 'large');
    case 'Escape':
      return state.menu ? unchanged(closed(state)) : activate(state, 'cancel');
    case 'Enter':
      return enter(state);
    case 'Tab':
    case 'Down':
      return unchanged(moved(state, 1));
    case 'BackTab':
    case 'Up':
      return unchanged(moved(state, -1));
    case 'Right':
    case 'Left':
      if (isField(state.focus)) return unchanged(state);
      return unchanged(moved(state, key === 'Right' ? 1 : -1));
    case 'Home':
    case 'End':
      if (!state.menu) return unchanged(state);
      return unchanged({ ...state, focus: elementsOf(state).at(key === 'Home' ? 0 : -1) ?? null });
    case 'BackSpace':
      return erase(state);
    case 'Clear':
      return clear(state);
  }
}

/** The space bar types into a field and presses everything else. */
export function takeSpace(state: State): Next {
  return isField(state.focus) ? takeText(state, SPACE) : enter(state);
}

export function takePress(state: State, element: ElementId | null): Next {
  if (element === null || !elementsOf(state).includes(element))
    return unchanged(state.menu ? closed(state) : state);
  return activate({ ...state, focus: element }, element);
}

function moved(state: State, by: number): State {
  const all = elementsOf(state);
  const before = by > 0 ? -1 : 0;
  const at = state.focus === null ? before : all.indexOf(state.focus);
  return { ...state, focus: all.at((at + by) % all.length) ?? null };
}

function enter(state: State): Next {
  const { focus } = state;
  if (focus === null) return unchanged(state);
  if (!isField(focus)) return activate(state, focus);
  const fields = fieldsOf(state);
  const next = fields[fields.indexOf(focus) + 1];
  return next ? unchanged({ ...state, focus: next }) : submit(state);
}

/** What a click does, or Enter. */
function activate(state: State, element: ElementId): Next {
  switch (element) {
    case 'submit':
      return submit(state);
    case 'cancel':
      return cancel(state);
    case 'contrast':
      return unchanged({ ...state, contrast: state.contrast === 'high' ? 'normal' : 'high' });
    case 'large':
      return unchanged({ ...state, large: !state.large });
    case 'session':
    case 'keyboard':
    case 'shutdown':
      return unchanged(opened(state, element));
    case 'dismiss':
      return unchanged(closed(state));
    case 'confirm':
      return {
        state: closed(state),
        effects: [{ type: 'send', message: { type: 'shutdown' } }],
      };
  }
  return itemIndex(element) >= 0 ? choose(state, itemIndex(element)) : unchanged(state);
}

function opened(state: State, menu: Menu): State {
  const { layout, variant } = state.keyboard;
  const chosen =
    menu === 'keyboard'
      ? (state.hello?.layouts ?? []).findIndex(
          (item) => item.layout === layout && item.variant === variant,
        )
      : state.session;
  const focus: ElementId = menu === 'shutdown' ? 'dismiss' : `item:${Math.max(0, chosen)}`;
  return { ...state, menu, focus };
}

/** The focus goes back to what had opened the menu. */
const closed = (state: State): State => ({ ...state, menu: null, focus: state.menu });

function choose(state: State, at: number): Next {
  if (state.menu === 'session') return unchanged({ ...closed(state), session: at });
  const item = state.hello?.layouts?.[at];
  if (state.menu !== 'keyboard' || !item) return unchanged(state);
  const keyboard = { layout: item.layout, variant: item.variant };
  const field = fieldsOf(state)[0];
  return {
    state: { ...closed(state), keyboard, ...(field ? { focus: field } : {}) },
    effects: [
      { type: 'keyboard', ...keyboard },
      { type: 'send', message: { type: 'keyboard', ...keyboard } },
    ],
  };
}

function submit(state: State): Next {
  const { step, login } = state;
  if (!login) return unchanged(state);
  if (step.kind === 'name') return begin(state, login.login);
  if (step.kind === 'told') {
    if (state.nowMs - step.sinceMs < TOLD_AT_LEAST_MS) return unchanged(state);
    const read: Effect = { type: 'send', message: { type: 'read', login: login.login } };
    return { state: { ...state, step: { kind: 'accepted' } }, effects: [read] };
  }
  if (step.kind !== 'prompts') return unchanged(state);
  const answers = step.prompts.map((prompt, at) => {
    if (!takesAnswer(prompt)) return null;
    return prompt.style === 'secret' ? answerField(at) : { text: step.answers[at]?.text ?? '' };
  });
  return {
    state: { ...state, step: { kind: 'working' }, failure: '', notices: [] },
    effects: [{ type: 'answer', login: login.login, round: step.round, answers }, { type: 'wipe' }],
  };
}

function begin(state: State, login: string): Next {
  const user = state.user.trim();
  const fixed = state.login?.fixed === true;
  if (!fixed && user === '') return unchanged({ ...state, focus: 'user' });
  const session = state.hello?.sessions[state.session]?.id;
  const message: Effect = {
    type: 'send',
    message: {
      type: 'begin',
      login,
      ...(fixed ? {} : { user }),
      ...(session === undefined || state.login?.reason === 'unlock' ? {} : { session }),
    },
  };
  return {
    state: { ...state, user, step: { kind: 'working' }, failure: '', notices: [] },
    effects: [message],
  };
}

function cancel(state: State): Next {
  const { login, step } = state;
  const can = step.kind === 'name' || step.kind === 'prompts' || step.kind === 'working';
  if (!login || !can) return unchanged(state);
  return {
    state: { ...state, step: { kind: 'working' }, user: '', failure: '', notices: [] },
    effects: [{ type: 'wipe' }, { type: 'send', message: { type: 'cancel', login: login.login } }],
  };
}
