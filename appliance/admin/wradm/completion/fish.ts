import { type CompletionNode, type CompletionOption, quoted } from './tree.ts';

/** A script for fish. */
export function fishCompletion(tree: readonly CompletionNode[]): string {
  return ['# wradm completion for fish', 'complete -c wradm -f', ...tree.flatMap(linesOf)].join(
    '\n',
  );
}

function linesOf({ path, verbs, options, choices, takesFile }: CompletionNode): string[] {
  const begin = `complete -c wradm -n ${quoted(conditionOf(path, verbs))}`;
  return [
    ...verbs.map(({ name, text }) => `${begin} -a ${quoted(name)} -d ${quoted(text)}`),
    ...(choices.length > 0 ? [`${begin} -a ${quoted(choices.join(' '))}`] : []),
    ...(takesFile ? [`${begin} -F`] : []),
    ...options.map((option) => `${begin} ${optionOf(option)}`),
  ];
}

function optionOf({ name, text, takesValue, takesFile, choices }: CompletionOption): string {
  const value = takesValue ? (takesFile ? ' -r -F' : ' -x') : '';
  const known = choices.length > 0 ? ` -a ${quoted(choices.join(' '))}` : '';
  return `-l ${name.replace(/^--/, '')}${value}${known} -d ${quoted(text)}`;
}

function conditionOf(path: string, verbs: CompletionNode['verbs']): string {
  if (path === '') return '__fish_use_subcommand';
  const seen = path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  const names = verbs.map(({ name }) => name).join(' ');
  const not = names === '' ? [] : [`not __fish_seen_subcommand_from ${names}`];
  return [...seen, ...not].join('; and ');
}
