import type { Command } from 'commander';
import type { AuditEvent } from '../../../registry/records.ts';
import { CommandError } from '../command-error.ts';
import type { VerbContext } from '../context.ts';
import { localTime, wrap } from '../table.ts';
import { TerminalNames } from '../terminal-names.ts';
import { parseCount, parseEventId } from '../values.ts';
import type { Verb } from '../verb.ts';

export function addAuditCommands(program: Command, verb: Verb): void {
  const audit = program.command('audit').description('what happened');
  audit
    .command('list')
    .description('the latest events, or those after one')
    .option('--limit <count>', 'at most so many', parseCount, 20)
    .option('--after <event>', 'those after this one, the oldest first', parseEventId)
    .action(verb(list));
  audit
    .command('tail')
    .description('events as they happen; with --json one object a line')
    .option('--after <event>', 'begin after this one, not now', parseEventId)
    .action(verb(tail));
  audit
    .command('code')
    .description('what stands behind the code that a terminal shows')
    .argument('<code>', 'as it was read out, e.g. WR-2-7QK2')
    .action(verb(byCode));
}

async function list(
  context: VerbContext,
  _args: string[],
  options: { limit: number; after?: number },
) {
  const query = new URLSearchParams({ limit: String(options.limit) });
  if (options.after !== undefined) query.set('after', String(options.after));
  await showEvents(context, query);
}

async function byCode(context: VerbContext, [code = '']: string[]) {
  const events = await showEvents(context, new URLSearchParams({ code }));
  if (events === 0) throw new CommandError('not-found', `no event has the code ${code}`);
}

async function showEvents(context: VerbContext, query: URLSearchParams): Promise<number> {
  const { events } = (await context.client.ask('GET', `/v1/audit?${query}`)) as {
    events: AuditEvent[];
  };
  if (context.json) context.print(JSON.stringify({ events }));
  else await printAll(context, events, new TerminalNames(context.client));
  return events.length;
}

async function tail(context: VerbContext, _args: string[], { after }: { after?: number }) {
  const query = after === undefined ? '' : `?after=${after}`;
  const names = new TerminalNames(context.client);
  for await (const event of context.client.follow(`/v1/audit/tail${query}`)) {
    if (context.json) context.print(JSON.stringify(event));
    else await printAll(context, [event as AuditEvent], names);
  }
}

async function printAll(
  context: VerbContext,
  events: readonly AuditEvent[],
  names: TerminalNames,
): Promise<void> {
  for (const event of events) {
    const { id, atMs, kind, session, terminal, token, details } = event;
    const named = [
      ['session', session],
      ['terminal', terminal && (await names.of(terminal))],
      ['token', token?.slice(0, 12)],
      ...Object.entries(details),
    ].filter(([, value]) => value !== null && value !== undefined);
    const words = named.map(([name, value]) => `${name}=${quoted(String(value))}`);
    context.print(wrap([`${id}`.padStart(6), localTime(atMs), kind, ...words], context.width));
  }
}

const quoted = (text: string): string => (/^[^\s"]+$/.test(text) ? text : JSON.stringify(text));
