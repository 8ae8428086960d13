// The rules of Buildroot's check-package that these files can break; check-package itself is part of Buildroot.
import test from 'ava';
import { files, read } from './tree.ts';

const HASHES = '#'.repeat(80);
const ORDER = ['bool', 'string', 'default', 'depends', 'select', 'help'];

for (const path of files().filter((file) => /\.(mk|in|hash|sh)$|Config\.in$/.test(file))) {
  test(`${path} has clean lines`, (t) => {
    const text = read(path);
    t.true(text.endsWith('\n') && !text.endsWith('\n\n'));
    t.false(/[ \t]$/m.test(text), 'space at the end of a line');
    t.false(/\n\n\n/.test(text), 'two empty lines');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is allowed
    t.regex(text, /^[\x00-\x7f]*$/);
  });
}

for (const path of files().filter((file) => /^package\/.*\.mk$/.test(file))) {
  const name = /([^/]+)\.mk$/.exec(path)?.[1] ?? '';
  const lines = read(path).split('\n');

  test(`${path} begins and ends as a package does`, (t) => {
    t.deepEqual(lines.slice(0, 6), [HASHES, '#', `# ${name}`, '#', HASHES, '']);
    t.regex(lines.at(-2) ?? '', /^\$\(eval \$\((generic|meson)-package\)\)$/);
  });

  test(`${path} is indented by tabs, in recipes and continued lines alone`, (t) => {
    let inRecipe = false;
    let continued = false;
    for (const line of lines) {
      if (line === 'endef') inRecipe = false;
      const wanted = (inRecipe || continued) && line !== '';
      t.is(line.startsWith('\t'), wanted, line);
      t.false(/( {2}|\t ?)\\$/.test(line), line);
      t.false(/\$\{\w+\}/.test(line), line);
      if (line.startsWith('define ')) inRecipe = true;
      continued = line.endsWith('\\');
    }
  });

  test(`${path} sets variables of its own alone`, (t) => {
    const prefix = `${name.toUpperCase().replaceAll('-', '_')}_`;
    for (const line of lines) {
      const variable = /^(?:define )?([A-Z0-9]+_[A-Z0-9_]+)/.exec(line)?.[1];
      if (variable) t.true(variable.startsWith(prefix), line);
    }
  });
}

for (const path of files().filter((file) => file.endsWith('Config.in'))) {
  test(`${path} is written as Buildroot's are`, (t) => {
    let state = -1;
    let continued = false;
    for (const line of read(path).split('\n')) {
      if (line === '') continue;
      if (line.startsWith('\t  ')) t.true(line.length <= 65, line);
      else if (line.startsWith('\t') && !continued) {
        const place = ORDER.indexOf(line.trim().split(/[\s]/)[0] ?? '');
        t.true(place >= state && place >= 0, line);
        state = place;
      } else if (!continued) {
        t.regex(line, /^(config|comment|if|endif|source|#)\b/);
        state = -1;
      }
      continued = line.endsWith('\\');
    }
  });
}

for (const path of files().filter((file) => file.endsWith('.hash'))) {
  test(`${path} keeps hashes of the right length, two spaces apart`, (t) => {
    for (const line of read(path).trimEnd().split('\n'))
      t.regex(line, /^(#.*|sha256 {2}[0-9a-f]{64} {2}\S+|sha512 {2}[0-9a-f]{128} {2}\S+)$/);
  });
}
