import type { ElementId, FieldId, State } from './state.ts';

export const answerField = (at: number): FieldId => `answer:${at}`;

/** Which answer a field is for; -1 for the name's. */
export const answerIndex = (id: ElementId): number =>
  id.startsWith('answer:') ? Number(id.slice(7)) : -1;

export const itemIndex = (id: ElementId): number =>
  id.startsWith('item:') ? Number(id.slice(5)) : -1;

export const isField = (id: ElementId | null): id is FieldId =>
  id === 'user' || id?.startsWith('answer:') === true;

export const takesAnswer = ({ style }: { readonly style: string }): boolean =>
  style === 'secret' || style === 'visible';

/** A session is chosen before the login begins, and only where there is a choice. */
export const choosesSession = ({ hello, login, step }: State): boolean =>
  (hello?.sessions.length ?? 0) > 1 && login?.reason === 'login' && step.kind === 'name';

/** Whether a person may type another name than the one that is known. */
export const typesName = ({ login }: State): boolean => login !== null && !login.fixed;

/** The fields to be filled, from top to bottom. */
export function fieldsOf(state: State): FieldId[] {
  const { step } = state;
  if (step.kind === 'name') return typesName(state) ? ['user'] : [];
  if (step.kind !== 'prompts') return [];
  return step.prompts.flatMap((prompt, at) => (takesAnswer(prompt) ? [answerField(at)] : []));
}

export function itemsOf(state: State): readonly string[] {
  if (state.menu === 'session') return state.hello?.sessions.map(({ name }) => name) ?? [];
  if (state.menu === 'keyboard') return state.hello?.layouts?.map(({ name }) => name) ?? [];
  return [];
}

/** Everything that can have the focus, in the order of Tab. An open menu has it all. */
export function elementsOf(state: State): ElementId[] {
  if (state.menu === 'shutdown') return ['dismiss', 'confirm'];
  if (state.menu) return itemsOf(state).map((_, at): ElementId => `item:${at}`);
  const { step, hello } = state;
  const asks = step.kind === 'name' || step.kind === 'prompts';
  const list: ElementId[] = [...fieldsOf(state)];
  if (choosesSession(state)) list.push('session');
  if (asks || step.kind === 'told') list.push('submit');
  if (asks || step.kind === 'working') list.push('cancel');
  if ((hello?.layouts?.length ?? 0) > 1) list.push('keyboard');
  if (hello) list.push('contrast', 'large');
  if (hello?.shutdown) list.push('shutdown');
  return list;
}
