import { elementsOf } from './elements.ts';
import { takeBroker } from './from-broker.ts';
import { takeKey, takePress, takeSpace } from './from-person.ts';
import type { Event, Next, State } from './state.ts';
import { takeText } from './typing.ts';

const SPACE = 0x20;

/**
 * The whole behaviour of the login screen. Secrets are not in the state: effects name the field that they go into.
 * @param nowMs milliseconds since 1970
 */
export function transition(before: State, event: Event, nowMs: number): Next {
  const { state, effects } = take({ ...before, nowMs }, event);
  return { state: withFocus(state), effects };
}

function take(state: State, event: Event): Next {
  switch (event.type) {
    case 'broker':
      return takeBroker(state, event.message);
    case 'key':
      return takeKey(state, event.key);
    case 'text':
      return event.codePoint === SPACE ? takeSpace(state) : takeText(state, event.codePoint);
    case 'press':
      return takePress(state, event.element);
    case 'capsLock':
      return { state: { ...state, capsLock: event.on }, effects: [] };
    case 'tick':
      return { state: afterWaiting(state), effects: [] };
  }
}

/** When the time is over the words that told of it are as well; the broker asks anew. */
function afterWaiting(state: State): State {
  const { step } = state;
  if (step.kind !== 'failed' || step.untilMs === null || step.untilMs > state.nowMs) return state;
  return { ...state, step: { kind: 'failed', untilMs: null } };
}

/**
 * Something that is not there any more cannot keep the focus. While nothing is asked nothing has it, so that what is typed
 * too early presses no button.
 */
function withFocus(state: State): State {
  const all = elementsOf(state);
  if (state.focus !== null && all.includes(state.focus)) return state;
  const { kind } = state.step;
  const asks = kind === 'name' || kind === 'prompts' || kind === 'told' || state.menu !== null;
  return { ...state, focus: (asks && all[0]) || null };
}
