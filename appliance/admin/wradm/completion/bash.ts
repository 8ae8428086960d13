import type { CompletionNode, CompletionOption } from './tree.ts';

/** A script for bash 4 or newer; it needs no other package. */
export function bashCompletion(tree: readonly CompletionNode[]): string {
  const options = [
    ...new Map(tree.flatMap((node) => node.options).map((o) => [o.name, o])).values(),
  ];
  const valued = options.filter(({ takesValue }) => takesValue).map(({ name }) => name);
  return `# wradm completion for bash: source <(wradm completion bash)
_wradm() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${valued.join(' | ')}) ((i++)) ;;
      -*) ;;
      *)
        case "\${path:+$path }\${COMP_WORDS[i]}" in
          ${tree
            .slice(1)
            .map(({ path }) => quotedPath(path))
            .join(' | ')})
            path="\${path:+$path }\${COMP_WORDS[i]}" ;;
        esac ;;
    esac
  done
  case "$prev" in
${options
  .filter(({ takesValue }) => takesValue)
  .map(valuesOf)
  .join('\n')}
  esac
  case "$path" in
${tree.map(nodeOf).join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _wradm wradm`;
}

const quotedPath = (path: string): string => `'${path}'`;

function valuesOf({ name, choices, takesFile }: CompletionOption): string {
  const words = choices.length > 0 ? `-W '${choices.join(' ')}'` : takesFile ? '-f' : '';
  const found =
    words === '' ? 'COMPREPLY=()' : `mapfile -t COMPREPLY < <(compgen ${words} -- "$cur")`;
  return `    ${name}) ${found}; return ;;`;
}

function nodeOf({ path, verbs, options, choices, takesFile }: CompletionNode): string {
  const words = [...verbs.map(({ name }) => name), ...choices, ...options.map(({ name }) => name)];
  const files = `[[ $cur == -* ]] || { mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return; }; `;
  return `    ${quotedPath(path)}) ${takesFile ? files : ''}words='${words.join(' ')}' ;;`;
}
