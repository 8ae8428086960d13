import { type LocatingToken, parseToken, tokenText } from '../../../protocol/session/token.ts';
import { CommandError } from './command-error.ts';

/** One line of a file of tokens. */
export interface ImportedToken {
  readonly line: number;
  readonly token: string;
  readonly user: string;
  readonly label: string;
}

const MAX_LINES = 100_000;
const MAX_TOLD = 5;

/**
 * Reads lines of `KIND:ID USER [LABEL]`, or CSV with the columns token, user and label, with or without a line of their
 * names; empty lines and those that begin with `#` say nothing.
 * @throws CommandError naming lines, without the ids in them
 */
export function parseTokenFile(text: string): ImportedToken[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  if (lines.length > MAX_LINES) throw new CommandError('invalid', `more than ${MAX_LINES} lines`);
  const wrong: string[] = [];
  const tokens: ImportedToken[] = [];
  lines.forEach((text, i) => {
    if (text.trim() === '' || text.trimStart().startsWith('#') || (i === 0 && isHeading(text)))
      return;
    try {
      tokens.push({ line: i + 1, ...parseLine(text) });
    } catch (error) {
      wrong.push(`line ${i + 1}: ${(error as Error).message}`);
    }
  });
  if (wrong.length === 0) return tokens;
  const more = wrong.length > MAX_TOLD ? `; and ${wrong.length - MAX_TOLD} more` : '';
  throw new CommandError('invalid', `${wrong.slice(0, MAX_TOLD).join('; ')}${more}`);
}

const isHeading = (text: string): boolean => /^"?token"?\s*,/i.test(text);

function parseLine(text: string): Omit<ImportedToken, 'line'> {
  const fields =
    /^[^\s"]+\s/.test(text.trimStart()) && !/^\S*,/.test(text.trimStart())
      ? wordsOf(text)
      : csvOf(text);
  const [token = '', user = '', label = ''] = fields.map((field) => field.trim());
  if (fields.length > 3) throw new Error('expected at most token, user and label');
  if (user === '') throw new Error('expected a token and its user');
  const parsed = parseToken(token);
  if (parsed.kind === 'none') throw new Error('expected a token');
  return { token: tokenText(parsed as LocatingToken), user, label };
}

function wordsOf(text: string): string[] {
  const [, token = '', user = '', label = ''] = /^\s*(\S+)\s+(\S+)\s*(.*)$/.exec(text) ?? [];
  return [token, user, label];
}

/** RFC 4180 within one line. */
function csvOf(text: string): string[] {
  const fields: string[] = [];
  const field = /\s*(?:"((?:[^"]|"")*)"\s*|([^,"]*))(,|$)/y;
  while (field.lastIndex <= text.length) {
    const match = field.exec(text);
    if (!match) throw new Error('a quote without its end');
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') break;
  }
  return fields;
}
