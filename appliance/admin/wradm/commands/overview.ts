import type { Command } from 'commander';
import type { z } from 'zod';
import type { person } from '../../models.ts';
import { show, type VerbContext } from '../context.ts';
import { abbreviated, age, table } from '../table.ts';
import type { Verb } from '../verb.ts';

type Person = z.infer<typeof person>;

export function addOverviewCommands(program: Command, verb: Verb): void {
  program.command('who').description('who sits at which terminal').action(verb(who));
  const policy = program.command('policy').description('the rules of sessions');
  policy.command('show').description('the rules in force').action(verb(showPolicy));
}

async function who(context: VerbContext) {
  const { people } = (await context.client.ask('GET', '/v1/who')) as { people: Person[] };
  show(context, { people }, () => listed(people, context));
}

function listed(people: readonly Person[], { nowMs, width }: VerbContext): string {
  const short = abbreviated(people.map(({ session }) => session));
  const columns = [
    { title: 'USER', flexible: true },
    { title: 'TERMINAL', flexible: true },
    { title: 'ADDRESS', flexible: true },
    { title: 'SESSION' },
    { title: 'LOCK' },
    { title: 'SINCE' },
  ] as const;
  const rows = people.map(({ user, terminal, address, session, lock, shownAtMs }) => [
    user,
    terminal,
    address ?? '-',
    short(session),
    lock,
    age(shownAtMs, nowMs),
  ]);
  return table(columns, rows, width);
}

async function showPolicy(context: VerbContext) {
  const policy = await context.client.ask('GET', '/v1/policy');
  show(context, policy, (rules) => lines(rules, '').join('\n'));
}

/** One line a rule, named by its path: `unlock.always  pam pin`. */
function lines(rules: unknown, path: string): string[] {
  if (Array.isArray(rules)) return [`${path}  ${rules.map(String).join(' ') || '-'}`];
  if (rules === null || typeof rules !== 'object') return [`${path}  ${rules ?? '-'}`];
  return Object.entries(rules).flatMap(([name, value]) =>
    lines(value, path === '' ? name : `${path}.${name}`),
  );
}
