import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { amendments } from '../wayland/facts/amendments.ts';
import type { InterfaceDefinition } from '../wayland/facts/definition.ts';
import { type SelectedProtocol, selection } from '../wayland/facts/selection.ts';
import { applyFacts, atVersion, defineFromFacts } from './wayland-generator/apply-facts.ts';
import { emitIndex, emitProtocol } from './wayland-generator/emit.ts';
import { emitClientProtocol } from './wayland-generator/emit-client.ts';
import { readProtocolXml } from './wayland-generator/read-xml.ts';

const shared = '/usr/share';
const { values: options } = parseArgs({
  options: { check: { type: 'boolean', default: false }, output: { type: 'string' } },
});
const output = options.output ?? fileURLToPath(new URL('../wayland/', import.meta.url));
const folders = ['generated', 'client/generated'];

function definitionsOf(protocol: SelectedProtocol): InterfaceDefinition[] {
  const { source } = protocol;
  const all =
    typeof source === 'string'
      ? readProtocolXml(join(shared, source))
      : source.map(defineFromFacts);
  return Object.entries(protocol.interfaces).map(([name, version]) => {
    const found = all.find((definition) => definition.name === name);
    if (!found) throw new Error(`${protocol.file}: interface ${name} is not defined`);
    return atVersion(applyFacts(found, amendments), version);
  });
}

function generate(): Map<string, string> {
  const fileOf = new Map<string, string>();
  const servedIn = new Map<string, string[]>();
  for (const { file, interfaces, enumsOnly = [] } of selection) {
    const served = Object.keys(interfaces).filter((name) => !enumsOnly.includes(name));
    servedIn.set(file, served);
    for (const name of served) fileOf.set(name, file);
  }
  const files = new Map([['generated/index.ts', emitIndex(servedIn)]]);
  for (const protocol of selection) {
    const enumsOnly = new Set(protocol.enumsOnly);
    const definitions = definitionsOf(protocol);
    const context = { file: protocol.file, fileOf, enumsOnly };
    files.set(`generated/${protocol.file}.ts`, emitProtocol(definitions, context));
    files.set(`client/generated/${protocol.file}.ts`, emitClientProtocol(definitions, context));
  }
  return files;
}

function committed(): Map<string, string> {
  const names = folders.flatMap((folder) => {
    mkdirSync(join(output, folder), { recursive: true });
    return readdirSync(join(output, folder)).map((name) => `${folder}/${name}`);
  });
  return new Map(names.map((name) => [name, readFileSync(join(output, name), 'utf8')]));
}

function main(): number {
  const wanted = generate();
  const present = committed();
  const stale = [...wanted.keys()].filter((name) => present.get(name) !== wanted.get(name));
  const extra = [...present.keys()].filter((name) => !wanted.has(name));
  if (options.check) {
    for (const name of [...stale, ...extra]) {
      process.stderr.write(`${join(output, name)} is stale: run node protocol/tools/wayland.ts\n`);
    }
    return stale.length + extra.length > 0 ? 1 : 0;
  }
  for (const name of stale) writeFileSync(join(output, name), wanted.get(name) ?? '');
  for (const name of extra) rmSync(join(output, name));
  return 0;
}

process.exitCode = main();
