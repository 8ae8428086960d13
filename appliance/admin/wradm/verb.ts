import type { VerbContext } from './context.ts';

type Action = (context: VerbContext, args: string[], options: never) => Promise<void> | void;

/** Makes an action of commander out of what a verb does. */
export type Verb = (action: Action) => (...given: unknown[]) => Promise<void>;
