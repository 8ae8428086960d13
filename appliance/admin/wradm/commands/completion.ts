import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { treeOf } from '../completion/tree.ts';
import { zshCompletion } from '../completion/zsh.ts';
import type { Verb } from '../verb.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export function addCompletionCommand(program: Command, verb: Verb): void {
  program
    .command('completion')
    .description('a script that completes what is typed')
    .addArgument(new Argument('<shell>', 'for which shell').choices(Object.keys(SHELLS)))
    .action(
      verb((context, [shell = 'bash']) => {
        context.print(SHELLS[shell as keyof typeof SHELLS](treeOf(program)));
      }),
    );
}
