import { type Command, Option } from 'commander';
import type { z } from 'zod';
import { shortFingerprint } from '../../../../protocol/short-fingerprint.ts';
import type { enrolment, terminal } from '../../models.ts';
import { show, type VerbContext } from '../context.ts';
import { allOf, keyOf, pathOf } from '../resolve.ts';
import { age, block, localTime, table } from '../table.ts';
import { parseDuration } from '../values.ts';
import type { Verb } from '../verb.ts';

type Terminal = z.infer<typeof terminal>;
type Enrolment = z.infer<typeof enrolment>;

const NAME = 'its name, or the beginning of it';
const HOUR_MS = 3_600_000;

export function addTerminalCommands(program: Command, verb: Verb): void {
  const terminals = program.command('terminal').description('terminals and who may be one');
  terminals
    .command('list')
    .description('registered terminals')
    .addOption(
      new Option('--state <state>', 'of this state only').choices([
        'pending',
        'approved',
        'revoked',
      ]),
    )
    .action(verb(list));
  terminals
    .command('show')
    .description('one terminal')
    .argument('<name>', NAME)
    .action(verb(showOne));
  terminals
    .command('approve')
    .description('let it in, also one that was revoked')
    .argument('<name>', NAME)
    .action(verb((context, [name = '']) => change(context, name, 'approve')));
  terminals
    .command('revoke')
    .description('let it in no longer')
    .argument('<name>', NAME)
    .action(verb((context, [name = '']) => change(context, name, 'revoke')));
  terminals
    .command('remove')
    .description('forget it; its name is free for another')
    .argument('<name>', NAME)
    .action(verb(remove));
  addEnrolmentCommands(terminals, verb);
}

function addEnrolmentCommands(terminals: Command, verb: Verb): void {
  terminals
    .command('enrol')
    .description('make a one-time code that lets one terminal in')
    .argument('[name]', 'the name that the terminal gets')
    .addOption(
      new Option('--valid <time>', 'until it ends, e.g. 30min, 2h, 7d')
        .argParser(parseDuration)
        .default(24 * HOUR_MS, '24h'),
    )
    .action(verb(enrol));
  terminals.command('codes').description('one-time codes that can be used').action(verb(codes));
  terminals
    .command('cancel')
    .description('end a one-time code')
    .argument('<id>', 'first group of the code')
    .action(verb(cancel));
}

async function list(context: VerbContext, _args: string[], { state }: { state?: string }) {
  const terminals = (await allOf(context.client, 'terminal', { state })) as Terminal[];
  show(context, { terminals }, () => listed(terminals, context));
}

function listed(terminals: readonly Terminal[], { nowMs, width }: VerbContext): string {
  const columns = [
    { title: 'TERMINAL', flexible: true },
    { title: 'KEY' },
    { title: 'STATE' },
    { title: 'ADDRESS', flexible: true },
    { title: 'SHOWS', flexible: true },
    { title: 'SEEN' },
  ] as const;
  const rows = terminals.map(({ name, fingerprint, state, online, seenAtMs }) => [
    name,
    // Somebody compares it with what the terminal shows before it is let in.
    state === 'pending' ? shortFingerprint(fingerprint) : fingerprint.slice(0, 8),
    state,
    online?.address ?? '-',
    // Neither a session nor a page: the greeter.
    online ? (online.session ?? online.page ?? 'login') : '-',
    online ? 'now' : age(seenAtMs, nowMs),
  ]);
  return table(columns, rows, width);
}

async function showOne(context: VerbContext, [typed = '']: string[]) {
  const path = await pathOf(context.client, 'terminal', typed);
  show(context, (await context.client.ask('GET', path)) as Terminal, shown);
}

const shown = ({ name, fingerprint, state, online, ...times }: Terminal): string =>
  block([
    ['terminal', name],
    ['fingerprint', fingerprint],
    ['on its screen', shortFingerprint(fingerprint)],
    ['state', state],
    ['registered', localTime(times.registeredAtMs)],
    ['seen', localTime(times.seenAtMs)],
    ['address', online?.address ?? '-'],
    ['connected', online ? localTime(online.sinceMs) : '-'],
    ['session', online?.session ?? '-'],
    ['page', online?.page ?? '-'],
  ]);

async function change(context: VerbContext, typed: string, name: 'approve' | 'revoke') {
  const path = await pathOf(context.client, 'terminal', typed);
  const terminal = (await context.client.ask('POST', `${path}/${name}`)) as Terminal;
  show(context, terminal, () => `${terminal.name}: ${terminal.state}`);
}

async function remove(context: VerbContext, [typed = '']: string[]) {
  const name = await keyOf(context.client, 'terminal', typed);
  await context.client.ask('DELETE', `/v1/terminals/${encodeURIComponent(name)}`);
  show(context, { name, removed: true }, () => `${name}: removed`);
}

async function enrol(context: VerbContext, [name]: string[], { valid }: { valid: number }) {
  const body = { validMs: valid, ...(name === undefined ? {} : { terminal: name }) };
  const made = (await context.client.ask('POST', '/v1/enrolments', body)) as Enrolment & {
    code: string;
  };
  show(
    context,
    made,
    ({ code, expiresAtMs }) => `${code}\nfor one terminal, until ${localTime(expiresAtMs)}`,
  );
}

async function codes(context: VerbContext) {
  const { enrolments } = (await context.client.ask('GET', '/v1/enrolments')) as {
    enrolments: Enrolment[];
  };
  const columns = [
    { title: 'CODE' },
    { title: 'TERMINAL', flexible: true },
    { title: 'UNTIL' },
    { title: 'ATTEMPTS LEFT' },
  ] as const;
  const rows = enrolments.map(({ id, terminal, expiresAtMs, attemptsLeft }) => [
    `${id}-..`,
    terminal ?? '-',
    localTime(expiresAtMs),
    String(attemptsLeft),
  ]);
  show(context, { enrolments }, () => table(columns, rows, context.width));
}

async function cancel(context: VerbContext, [typed = '']: string[]) {
  const id = typed.toUpperCase().slice(0, 4);
  await context.client.ask('DELETE', `/v1/enrolments/${encodeURIComponent(id)}`);
  show(context, { id, cancelled: true }, () => `${id}: ended`);
}
