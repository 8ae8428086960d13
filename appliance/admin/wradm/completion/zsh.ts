import { type CompletionNode, type CompletionOption, quoted } from './tree.ts';

/** A script for zsh; as a file `_wradm` in $fpath, or sourced. */
export function zshCompletion(tree: readonly CompletionNode[]): string {
  const options = [
    ...new Map(tree.flatMap((node) => node.options).map((o) => [o.name, o])).values(),
  ];
  const valued = options.filter(({ takesValue }) => takesValue);
  return `#compdef wradm
_wradm() {
  local path_='' i
  local -a verbs options
  for ((i = 2; i < CURRENT; i++)); do
    case \${words[i]} in
      (${valued.map(({ name }) => name).join('|')}) ((i++)) ;;
      (-*) ;;
      (*)
        case "\${path_:+$path_ }\${words[i]}" in
          (${tree
            .slice(1)
            .map(({ path }) => quoted(path))
            .join('|')})
            path_="\${path_:+$path_ }\${words[i]}" ;;
        esac ;;
    esac
  done
  case \${words[CURRENT-1]} in
${valued.map(valuesOf).join('\n')}
  esac
  case $path_ in
${tree.map(nodeOf).join('\n')}
  esac
  _describe -t verbs verb verbs
  _describe -t options option options
}
if [[ $funcstack[1] = _wradm ]]; then _wradm "$@"; else compdef _wradm wradm; fi`;
}

function valuesOf({ name, choices, takesFile }: CompletionOption): string {
  const found = choices.length > 0 ? `compadd ${choices.join(' ')}` : takesFile ? '_files' : ':';
  return `    (${name}) ${found}; return ;;`;
}

function nodeOf({ path, verbs, options, choices, takesFile }: CompletionNode): string {
  const described = [
    ...verbs.map(({ name, text }) => item(name, text)),
    ...choices.map((choice) => item(choice, '')),
  ];
  const all = options.map(({ name, text }) => item(name, text));
  const files = takesFile ? '_files; ' : '';
  return `    (${quoted(path)}) ${files}verbs=(${described.join(' ')}); options=(${all.join(' ')}) ;;`;
}

const item = (name: string, text: string): string =>
  quoted(text === '' ? name : `${name}:${text.replaceAll(':', '\\:')}`);
