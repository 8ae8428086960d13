import { type Command, InvalidArgumentError } from 'commander';
import { type KeyRecord, makeKey } from '../../access/key.ts';
import { changeKeys, readKeys } from '../../access/key-file.ts';
import { DEFAULT_ADMIN_CONFIG } from '../../config.ts';
import { CommandError } from '../command-error.ts';
import { show, type VerbContext } from '../context.ts';
import { localTime, table } from '../table.ts';
import type { Verb } from '../verb.ts';

type Where = { readonly keys: string };
type Shown = Omit<KeyRecord, 'hash'>;

export function addKeyCommands(program: Command, verb: Verb): void {
  const keys = program
    .command('key')
    .description('keys for --url; changes a file on the server, no server needs to run');
  const command = (name: string) =>
    keys
      .command(name)
      .option('--keys <file>', "the server's file of keys", DEFAULT_ADMIN_CONFIG.keyFile);
  command('create')
    .description('make a key and tell it once')
    .argument('<name>', 'whose it is', parseName)
    .action(verb(create));
  command('list').description('the keys that are let in').action(verb(list));
  command('remove')
    .description('let a key in no longer')
    .argument('<id>', 'its id, or its name')
    .action(verb(remove));
}

function create(context: VerbContext, [name = '']: string[], { keys: file }: Where) {
  const { key, record } = makeKey(name, context.nowMs);
  changeKeys(file, (known) => {
    if (known.some((other) => other.name === name))
      throw new CommandError('exists', `there is a key ${name} already`);
    return [...known, record];
  });
  show(context, { ...withoutHash(record), key }, () => key);
}

function list(context: VerbContext, _args: string[], { keys: file }: Where) {
  const keys = readKeys(file).map(withoutHash);
  const columns = [
    { title: 'KEY' },
    { title: 'NAME', flexible: true },
    { title: 'CREATED' },
  ] as const;
  const rows = keys.map(({ id, name, createdAtMs }) => [id, name, localTime(createdAtMs)]);
  show(context, { keys }, () => table(columns, rows, context.width));
}

function remove(context: VerbContext, [which = '']: string[], { keys: file }: Where) {
  const removed: Shown[] = [];
  changeKeys(file, (known) => {
    const found = known.find(({ id, name }) => id === which || name === which);
    if (!found) throw new CommandError('not-found', `there is no key ${which}`);
    removed.push(withoutHash(found));
    return known.filter((key) => key !== found);
  });
  show(context, { ...removed[0], removed: true }, () => `${which}: removed`);
}

const withoutHash = ({ id, name, createdAtMs }: KeyRecord): Shown => ({ id, name, createdAtMs });

function parseName(text: string): string {
  if (/^[\w@.+-][\w @.+-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError('expected up to 64 letters, digits, spaces and @.+-_');
}
