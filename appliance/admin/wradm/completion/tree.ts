import type { Command } from 'commander';

/** What can be typed after a command. */
export interface CompletionNode {
  /** Its words, e.g. `session move`; empty for wradm itself. */
  readonly path: string;
  readonly verbs: readonly { readonly name: string; readonly text: string }[];
  readonly options: readonly CompletionOption[];
  /** Values of its first argument, where they are known. */
  readonly choices: readonly string[];
  readonly takesFile: boolean;
}

export interface CompletionOption {
  /** e.g. `--state` */
  readonly name: string;
  readonly text: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  readonly takesFile: boolean;
}

/** Every command below one, itself first, with what all of them have in common. */
export function treeOf(program: Command): readonly CompletionNode[] {
  return walk(program, '', optionsOf(program));
}

function walk(
  command: Command,
  path: string,
  common: readonly CompletionOption[],
): CompletionNode[] {
  const [first] = command.registeredArguments;
  const own = path === '' ? [] : optionsOf(command);
  const node = {
    path,
    verbs: command.commands.map((sub) => ({ name: sub.name(), text: sub.description() })),
    options: [...own, ...common],
    choices: first?.argChoices ?? [],
    takesFile: first?.name() === 'file',
  };
  const below = command.commands.flatMap((sub) =>
    walk(sub, path === '' ? sub.name() : `${path} ${sub.name()}`, common),
  );
  return [node, ...below];
}

const HELP: CompletionOption = {
  name: '--help',
  text: 'display help for command',
  takesValue: false,
  choices: [],
  takesFile: false,
};

const optionsOf = (command: Command): CompletionOption[] => {
  const own = command.options.map((option) => ({
    name: option.long ?? '',
    text: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
    takesFile: /<(?:file|path)>/.test(option.flags),
  }));
  return command.parent ? own : [...own, HELP];
};

/** Within single quotes of a shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
