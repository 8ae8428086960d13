/** Runs in the virtual machine instead of the terminal's program: keeps writing state, so that power can be cut meanwhile. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';

const FILE = '/run/state/kept';
const BYTES = 20_000;
const SAY_EVERY = 20;

const sum = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The number that is kept, null when what is there is not whole. */
function kept(): number | null {
  if (!existsSync(FILE)) return 0;
  const [hash, rest = ''] = readFileSync(FILE, 'utf8').split('\n', 2);
  return hash === sum(rest) ? Number.parseInt(rest, 10) : null;
}

function keep(count: number): void {
  const text = `${count} `.padEnd(BYTES, 'x');
  const fd = openSync(`${FILE}.new`, 'w', 0o600);
  writeSync(fd, `${sum(text)}\n${text}`);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(`${FILE}.new`, FILE);
}

const found = kept();
console.log(`writer: found ${found}`);
for (let count = (found ?? 0) + 1; ; count++) {
  keep(count);
  if (count % SAY_EVERY === 0) console.log(`writer: kept ${count}`);
}
