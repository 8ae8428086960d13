import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { z } from 'zod';
import { pageCodeKey } from '../../../registry/page-code.ts';
import type { TokenKeys } from '../../../registry/records.ts';
import type { token } from '../../models.ts';
import { CommandError } from '../command-error.ts';
import { show, type VerbContext } from '../context.ts';
import { type ImportedToken, parseTokenFile } from '../import-file.ts';
import { allOf, keyOf, pathOf } from '../resolve.ts';
import { warnOfStrangers } from '../strangers.ts';
import { abbreviated, age, block, localTime, table } from '../table.ts';
import { addCertificate, addKey } from '../values.ts';
import type { Verb } from '../verb.ts';

type Token = z.infer<typeof token>;

interface AddOptions {
  readonly label?: string;
  readonly name?: string;
  readonly key: TokenKeys;
  readonly certificate: TokenKeys;
}

const HASH = 'its hash, or the beginning of it';

export function addTokenCommands(program: Command, verb: Verb): void {
  const tokens = program.command('token').description('cards, badges and software tokens');
  tokens
    .command('list')
    .description('all registered tokens')
    .option('--user <name>', 'of this user only')
    .action(verb(list));
  tokens.command('show').description('one token').argument('<hash>', HASH).action(verb(showOne));
  withKeys(tokens.command('add').description('register a token'))
    .argument(
      '<token>',
      'KIND:ID with smartCard, badge or software, or the code that a terminal shows for the card (WR-2-..); - reads it from standard input',
    )
    .argument('<user>', 'whose it is')
    .option('--label <text>', 'for administrators')
    .option('--name <text>', 'what login screens call the user')
    .action(verb(add));
  withKeys(tokens.command('keys').description('replace the keys that a token can prove it holds'))
    .argument('<hash>', HASH)
    .action(verb(setKeys));
  tokens
    .command('remove')
    .description('forget a token')
    .argument('<hash>', HASH)
    .action(verb(remove));
  tokens
    .command('import')
    .description('register what a file lists: KIND:ID USER [LABEL] a line, or CSV')
    .argument('<file>', '- for standard input')
    .action(verb(importFile));
}

const withKeys = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--key <kind=sha256>',
        'a key by the hash of its SPKI: pinKey=.., cardKey=.., software=..',
      )
        .argParser(addKey)
        .default({}, 'none'),
    )
    .addOption(
      new Option('--certificate <file>', 'a key by its certificate; pinKey, or as cardKey=FILE')
        .argParser(addCertificate)
        .default({}, 'none'),
    );

async function list(context: VerbContext, _args: string[], { user }: { user?: string }) {
  const tokens = (await allOf(context.client, 'token', { user })) as Token[];
  show(context, { tokens }, () => listed(tokens, context));
}

function listed(tokens: readonly Token[], { nowMs, width }: VerbContext): string {
  const short = abbreviated(tokens.map(({ hash }) => hash));
  const columns = [
    { title: 'TOKEN' },
    { title: 'KIND' },
    { title: 'USER', flexible: true },
    { title: 'LABEL', flexible: true },
    { title: 'KEYS', flexible: true },
    { title: 'SEEN' },
  ] as const;
  const rows = tokens.map(({ hash, kind, user, label, keys, seenAtMs }) => [
    short(hash),
    kind,
    user,
    label || '-',
    Object.keys(keys).join(' ') || '-',
    age(seenAtMs, nowMs),
  ]);
  return table(columns, rows, width);
}

async function showOne(context: VerbContext, [typed = '']: string[]) {
  const path = await pathOf(context.client, 'token', typed);
  show(context, (await context.client.ask('GET', path)) as Token, shown);
}

const shown = (token: Token): string =>
  block([
    ['token', token.hash],
    ['kind', token.kind],
    ['user', token.user],
    ['label', token.label],
    ['name', token.shownName ?? '-'],
    ...Object.entries(token.keys).map(([name, hash]) => [name, hash ?? ''] as const),
    ...(token.learnsKeys ? [['learns keys', 'at the next login with a password'] as const] : []),
    ['registered', localTime(token.registeredAtMs)],
    ['seen', token.seenAtMs === null ? '-' : localTime(token.seenAtMs)],
  ]);

async function add(context: VerbContext, [typed = '', user = '']: string[], options: AddOptions) {
  const { label, name, key, certificate } = options;
  const text = typed === '-' ? readFileSync(0, 'utf8').trim() : typed;
  const body = {
    ...(pageCodeKey(text) === null ? { token: text } : { code: text }),
    user,
    ...(label === undefined ? {} : { label }),
    ...(name === undefined ? {} : { shownName: name }),
    keys: { ...key, ...certificate },
  };
  const token = (await context.client.ask('POST', '/v1/tokens', body)) as Token;
  const learns = token.learnsKeys
    ? '; its key is registered at the next login with a password'
    : '';
  show(context, token, () => `${token.hash.slice(0, 12)}: ${token.kind} of ${token.user}${learns}`);
  warnOfStrangers(context, [token.user]);
}

async function setKeys(context: VerbContext, [typed = '']: string[], options: AddOptions) {
  const path = await pathOf(context.client, 'token', typed);
  const keys = { ...options.key, ...options.certificate };
  const token = (await context.client.ask('PUT', `${path}/keys`, keys)) as Token;
  show(context, token, shown);
}

async function remove(context: VerbContext, [typed = '']: string[]) {
  const hash = await keyOf(context.client, 'token', typed);
  await context.client.ask('DELETE', `/v1/tokens/${hash}`);
  show(context, { hash, removed: true }, () => `${hash.slice(0, 12)}: removed`);
}

interface Imported {
  added: number;
  existing: number;
  readonly failed: { line: number; code: string; message: string }[];
}

async function importFile(context: VerbContext, [file = '']: string[]) {
  const tokens = parseTokenFile(readFileSync(file === '-' ? 0 : file, 'utf8'));
  const result: Imported = { added: 0, existing: 0, failed: [] };
  for (const token of tokens) await importOne(context, token, result);
  const { added, existing, failed } = result;
  show(context, result, () =>
    [
      ...failed.map(({ line, message }) => `line ${line}: ${message}`),
      `${added} added, ${existing} registered already, ${failed.length} failed`,
    ].join('\n'),
  );
  if (failed.length > 0) throw new CommandError('failed', `${failed.length} lines failed`);
  warnOfStrangers(
    context,
    tokens.map(({ user }) => user),
  );
}

async function importOne(
  { client }: VerbContext,
  { line, ...token }: ImportedToken,
  result: Imported,
): Promise<void> {
  try {
    await client.ask('POST', '/v1/tokens', token);
    result.added++;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { code, message } = error;
    // The next line would fare no better.
    if (code === 'unreachable' || code === 'denied' || code === 'unauthenticated') throw error;
    if (code === 'exists') result.existing++;
    else result.failed.push({ line, code, message });
  }
}
