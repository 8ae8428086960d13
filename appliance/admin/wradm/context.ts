import type { AdminClient } from './client.ts';

/** What the verbs work with. */
export interface VerbContext {
  readonly client: AdminClient;
  readonly json: boolean;
  readonly nowMs: number;
  /** Columns of the screen, at least 80. */
  readonly width: number;
  /** One line or several, without the last end. */
  print(text: string): void;
}

/** Prints a value for programs, or what is made of it for people. */
export function show<T>(context: VerbContext, value: T, human: (value: T) => string): void {
  context.print(context.json ? JSON.stringify(value) : human(value));
}
