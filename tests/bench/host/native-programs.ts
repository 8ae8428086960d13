import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../native', import.meta.url));
const build = fileURLToPath(new URL('../build', import.meta.url));

export type NativeProgram = 'workload' | 'windows' | 'observer' | 'link-bridge';

export function nativeProgram(name: NativeProgram): string {
  return `${build}/${name}`;
}

/** @throws Error with the compiler's words when it does not build */
export function buildNativePrograms(): void {
  if (!existsSync(`${build}/build.ninja`)) run('meson', ['setup', build, source]);
  run('ninja', ['-C', build]);
}

function run(command: string, args: readonly string[]): void {
  try {
    execFileSync(command, args, { stdio: 'pipe', encoding: 'utf8' });
  } catch (cause) {
    const said = (cause as { stdout?: string }).stdout ?? '';
    throw new Error(`the bench's programs do not build (./setup.sh --bench?)\n${said}`, { cause });
  }
}
