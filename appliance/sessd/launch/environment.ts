import type { GreeterLaunch, Launch } from './launcher.ts';

/** Of people's sessions: systemd's own has root's folders in it. PAM modules may say another. */
export const PATH = '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games';
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What the session's identity rests on, whatever a module or the user's own files say. */
const OURS = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'WAYRAY_SESSION', 'XDG_SESSION_TYPE'];
/** Greeters have one user: what PAM provides for a user they would share. */
const GREETERS = ['XDG_RUNTIME_DIR', 'WAYRAY_GREETER', 'WAYRAY_GREETER_SOCKET'];

/** A user's environment from nothing: only the locale is taken from ours. */
export function sessionEnvironment(
  launch: Launch,
  runtimeFolder: string | null,
  own: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const { account, greeter } = launch;
  const base: Record<string, string> = {
    PATH,
    HOME: account.home,
    USER: account.name,
    LOGNAME: account.name,
    SHELL: account.shell,
    XDG_SESSION_TYPE: 'wayland',
    XDG_SESSION_CLASS: sessionClass(launch),
    ...(greeter ? greeterVariables(greeter) : {}),
  };
  if (own['LANG']) base['LANG'] = own['LANG'];
  if (runtimeFolder !== null) base['XDG_RUNTIME_DIR'] = runtimeFolder;
  const ours = greeter ? [...OURS, ...GREETERS] : OURS;
  const asked = Object.entries(launch.pamEnvironment).filter(
    ([name, value]) => NAME.test(name) && !ours.includes(name) && !value.includes('\0'),
  );
  return { ...base, ...Object.fromEntries(asked) };
}

/** As pam_systemd(8) knows it. */
export const sessionClass = ({ greeter }: Pick<Launch, 'greeter'>): string =>
  greeter ? 'greeter' : 'user';

/** What the login program finds in its environment. */
export const greeterVariables = ({ channel }: GreeterLaunch): Record<string, string> => ({
  WAYRAY_GREETER: '1',
  WAYRAY_GREETER_SOCKET: channel,
});

/** As lines that a POSIX shell evaluates. */
export function exportLines(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join('');
}

/** As one word of a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
