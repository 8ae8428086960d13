import type { Launch } from './launcher.ts';

const PATH = '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games';
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What the session's identity rests on, whatever a module or the user's own files say. */
const OURS = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'WAYRAY_SESSION', 'XDG_SESSION_TYPE'];

/** A user's environment from nothing: only the locale is taken from ours. */
export function sessionEnvironment(
  launch: Launch,
  runtimeFolder: string | null,
  own: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const { account } = launch;
  const base: Record<string, string> = {
    PATH,
    HOME: account.home,
    USER: account.name,
    LOGNAME: account.name,
    SHELL: account.shell,
    WAYRAY_SESSION: launch.session,
    XDG_SESSION_TYPE: 'wayland',
    XDG_SESSION_CLASS: 'user',
  };
  if (own['LANG']) base['LANG'] = own['LANG'];
  if (runtimeFolder !== null) base['XDG_RUNTIME_DIR'] = runtimeFolder;
  const asked = Object.entries(launch.pamEnvironment).filter(
    ([name, value]) => NAME.test(name) && !OURS.includes(name) && !value.includes('\0'),
  );
  return { ...base, ...Object.fromEntries(asked) };
}

/** As lines that a POSIX shell evaluates. */
export function exportLines(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
}
