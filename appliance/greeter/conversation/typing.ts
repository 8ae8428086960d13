import { answerMax } from '../../wire/limits.ts';
import { answerIndex, isField } from './elements.ts';
import type { Answer, FieldId, Next, State } from './state.ts';

/** As the broker's schema has it. */
const USER_MAX = 128;

const bytesOf = (codePoint: number): number =>
  codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;

/** Controls, surrogates and what cannot be a character have no place in a field. */
const isTypable = (codePoint: number): boolean =>
  codePoint >= 0x20 &&
  codePoint <= 0x10ffff &&
  !(codePoint >= 0x7f && codePoint < 0xa0) &&
  !(codePoint >= 0xd800 && codePoint < 0xe000);

/** Without its last character. */
const shortened = (text: string): string => [...text].slice(0, -1).join('');

const unchanged = (state: State): Next => ({ state, effects: [] });

export function takeText(state: State, codePoint: number): Next {
  const { focus } = state;
  if (!isField(focus) || state.menu || !isTypable(codePoint)) return unchanged(state);
  if (focus === 'user') {
    const user = state.user + String.fromCodePoint(codePoint);
    return unchanged(user.length > USER_MAX ? state : { ...state, user });
  }
  const { answer, secret } = answerIn(state, focus);
  const bytes = (answer?.bytes ?? 0) + bytesOf(codePoint);
  if (!answer || bytes > answerMax) return unchanged(state);
  const text = secret ? '' : answer.text + String.fromCodePoint(codePoint);
  const next = withAnswer(state, focus, { text, characters: answer.characters + 1, bytes });
  return { state: next, effects: secret ? [{ type: 'append', field: focus, codePoint }] : [] };
}

export function erase(state: State): Next {
  const { focus } = state;
  if (!isField(focus)) return unchanged(state);
  if (focus === 'user') return unchanged({ ...state, user: shortened(state.user) });
  const { answer, secret } = answerIn(state, focus);
  if (!answer || answer.characters === 0) return unchanged(state);
  if (!secret) return unchanged(withAnswer(state, focus, answerOf(shortened(answer.text))));
  // How many bytes go is known to the store alone; to be under the limit is what counts.
  const bytes = Math.max(0, answer.bytes - 1);
  const next = withAnswer(state, focus, { text: '', characters: answer.characters - 1, bytes });
  return { state: next, effects: [{ type: 'erase', field: focus }] };
}

export function clear(state: State): Next {
  const { focus } = state;
  if (!isField(focus)) return unchanged(state);
  if (focus === 'user') return unchanged({ ...state, user: '' });
  return {
    state: withAnswer(state, focus, answerOf('')),
    effects: [{ type: 'clear', field: focus }],
  };
}

const answerOf = (text: string): Answer => ({
  text,
  characters: [...text].length,
  bytes: Buffer.byteLength(text),
});

function answerIn(
  { step }: State,
  field: FieldId,
): { answer: Answer | undefined; secret: boolean } {
  if (step.kind !== 'prompts') return { answer: undefined, secret: true };
  const at = answerIndex(field);
  return { answer: step.answers[at], secret: step.prompts[at]?.style === 'secret' };
}

function withAnswer(state: State, field: FieldId, answer: Answer): State {
  const { step } = state;
  if (step.kind !== 'prompts') return state;
  const answers = step.answers.with(answerIndex(field), answer);
  return { ...state, step: { ...step, answers } };
}
