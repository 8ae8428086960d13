import { SESSION_MARK } from '../session-processes.ts';

/** Variables that lead an application to another display, or that belong to the program that started us. */
const DROPPED = /^(npm_|NODE_|DISPLAY$|XAUTHORITY$|WAYLAND_SOCKET$|INIT_CWD$|SDL_VIDEODRIVER$)/;

/** What applications of the session find in their environment. @param mark by which their end is seen to */
export function sessionEnvironment(
  waylandDisplay: string,
  mark: string,
  inherited: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(([name]) => !DROPPED.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: withoutPackageFolders(inherited['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'),
    [SESSION_MARK]: mark,
    WAYLAND_DISPLAY: waylandDisplay,
    XDG_SESSION_TYPE: 'wayland',
    XDG_CURRENT_DESKTOP: 'WayRay',
    // Qt and SDL 2 try X11 first on Debian 12; GTK, Chromium and Firefox find Wayland by themselves or by this.
    QT_QPA_PLATFORM: 'wayland;xcb',
    SDL_VIDEODRIVER: 'wayland,x11',
    MOZ_ENABLE_WAYLAND: '1',
    // There is no GPU in a session: GTK 4 draws with Cairo instead of a software OpenGL.
    GSK_RENDERER: inherited['GSK_RENDERER'] ?? 'cairo',
  };
}

/** npm puts its own folders in front, where a stray `node` or `just` would shadow the user's. */
function withoutPackageFolders(path: string): string {
  return path
    .split(':')
    .filter((folder) => !/\/node_modules\/|node-gyp-bin/.test(folder))
    .join(':');
}
