import type { Command } from 'commander';
import type { z } from 'zod';
import type { session } from '../../models.ts';
import type { VerbContext } from '../context.ts';
import { show } from '../context.ts';
import { allOf, keyOf, pathOf } from '../resolve.ts';
import { abbreviated, age, block, localTime, table } from '../table.ts';
import type { Verb } from '../verb.ts';

type Session = z.infer<typeof session>;

const ID = 'its id, or the beginning of it';

export function addSessionCommands(program: Command, verb: Verb): void {
  const sessions = program.command('session').description('sessions of this server');
  sessions
    .command('list')
    .description('all sessions')
    .option('--user <name>', 'of this user only')
    .action(verb(list));
  sessions.command('show').description('one session').argument('<id>', ID).action(verb(showOne));
  for (const [name, text] of [
    ['lock', 'lock it: whoever comes has to prove who they are'],
    ['detach', 'take it from its terminal; it runs on'],
  ] as const) {
    sessions
      .command(name)
      .description(text)
      .argument('<id>', ID)
      .action(verb((context, [id = '']) => change(context, id, name)));
  }
  sessions
    .command('move')
    .description('bring it to a terminal, where its user proves who they are')
    .argument('<id>', ID)
    .argument('<terminal>', 'name of a terminal, or its beginning')
    .action(verb(move));
  sessions
    .command('kill')
    .description('end it with all its applications')
    .argument('<id>', ID)
    .action(verb(kill));
}

async function list(context: VerbContext, _args: string[], { user }: { user?: string }) {
  const sessions = (await allOf(context.client, 'session', { user })) as Session[];
  show(context, { sessions }, () => listed(sessions, context));
}

function listed(sessions: readonly Session[], { nowMs, width }: VerbContext): string {
  const short = abbreviated(sessions.map(({ id }) => id));
  const columns = [
    { title: 'SESSION' },
    { title: 'USER', flexible: true },
    { title: 'STATE' },
    { title: 'LOCK' },
    { title: 'TERMINAL', flexible: true },
    { title: 'SEEN' },
  ] as const;
  const rows = sessions.map(({ id, user, state, lock, terminal, shownAtMs }) => [
    short(id),
    user,
    state,
    lock,
    terminal ?? '-',
    age(shownAtMs, nowMs),
  ]);
  return table(columns, rows, width);
}

async function showOne(context: VerbContext, [id = '']: string[]) {
  const path = await pathOf(context.client, 'session', id);
  show(context, (await context.client.ask('GET', path)) as Session, shown);
}

const shown = (session: Session): string =>
  block([
    ['session', session.id],
    ['user', session.user],
    ['state', session.state],
    ['lock', session.lock],
    ['terminal', session.terminal ?? '-'],
    ['token', session.token ?? '-'],
    ['shown', `${session.attachments} times`],
    ['created', localTime(session.createdAtMs)],
    ['seen', session.shownAtMs === null ? '-' : localTime(session.shownAtMs)],
  ]);

async function change(context: VerbContext, id: string, name: 'lock' | 'detach') {
  const path = await pathOf(context.client, 'session', id);
  const session = (await context.client.ask('POST', `${path}/${name}`)) as Session;
  const done = name === 'lock' ? 'locked' : 'detached';
  show(context, session, () => `${session.id}: ${done}`);
}

async function move(context: VerbContext, [id = '', typed = '']: string[]) {
  const { client } = context;
  const path = await pathOf(client, 'session', id);
  const terminal = await keyOf(client, 'terminal', typed);
  const session = (await client.ask('POST', `${path}/move`, { terminal })) as Session;
  show(context, session, () => `${session.id}: ${terminal} asks who is there`);
}

async function kill(context: VerbContext, [typed = '']: string[]) {
  const id = await keyOf(context.client, 'session', typed);
  await context.client.ask('DELETE', `/v1/sessions/${encodeURIComponent(id)}`);
  show(context, { id, ended: true }, () => `${id}: ended`);
}
