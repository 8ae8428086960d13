import { SESSION_MARK } from '../session-processes.ts';
import { WISH_SOCKET } from './wish-socket.ts';

/** Variables that lead an application to another display, or that belong to the program that started us. */
const DROPPED =
  /^(npm_|NODE_|DISPLAY$|XAUTHORITY$|WAYLAND_SOCKET$|WAYRAY_SESSION_SOCKET$|INIT_CWD$|SDL_VIDEODRIVER$)/;
/** What systemd tells of wrcomp's own service. */
const SERVICE = /^(INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID)$/;

export interface EnvironmentParts {
  readonly waylandDisplay: string;
  /** By which the applications' end is seen to. */
  readonly mark: string;
  /** Where they may ask the session for something; null: nowhere. */
  readonly wishSocket: string | null;
  /** As session.toml has them. */
  readonly wanted: Readonly<Record<string, string>>;
  readonly inherited?: NodeJS.ProcessEnv;
}

/** What applications of the session find in their environment. */
export function sessionEnvironment(parts: EnvironmentParts): NodeJS.ProcessEnv {
  const { waylandDisplay, mark, wishSocket, wanted, inherited = process.env } = parts;
  const kept = Object.entries(inherited).filter(
    ([name]) => !DROPPED.test(name) && !SERVICE.test(name),
  );
  return {
    // Applications hang letters that are not ASCII on it; whoever has set one has it from what follows.
    LANG: 'C.UTF-8',
    ...Object.fromEntries(kept),
    PATH: withoutPackageFolders(inherited['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'),
    XDG_CURRENT_DESKTOP: 'WayRay',
    // Qt and SDL 2 try X11 first on Debian 12; GTK, Chromium and Firefox find Wayland by themselves or by this.
    QT_QPA_PLATFORM: 'wayland;xcb',
    SDL_VIDEODRIVER: 'wayland,x11',
    MOZ_ENABLE_WAYLAND: '1',
    // There is no GPU in a session: GTK 4 draws with Cairo instead of a software OpenGL.
    GSK_RENDERER: inherited['GSK_RENDERER'] ?? 'cairo',
    ...wanted,
    [SESSION_MARK]: mark,
    WAYLAND_DISPLAY: waylandDisplay,
    XDG_SESSION_TYPE: 'wayland',
    ...(wishSocket === null ? {} : { [WISH_SOCKET]: wishSocket }),
  };
}

/** npm puts its own folders in front, where a stray `node` or `just` would shadow the user's. */
function withoutPackageFolders(path: string): string {
  return path
    .split(':')
    .filter((folder) => !/\/node_modules\/|node-gyp-bin/.test(folder))
    .join(':');
}
