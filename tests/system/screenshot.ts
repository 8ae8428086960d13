/** Makes docs/screenshot.png: a session with applications of three kinds, as a terminal shows it. */
import { Desktop } from '../helpers/desktop.ts';
import { repository } from '../helpers/program.ts';

const NOTE = `A desktop on a server,
seen on a terminal.

foot, a GTK 3 program and this Qt editor
are ordinary Wayland clients.`;

const desk = await Desktop.start({ width: 1280, height: 800, exec: 'foot' });
try {
  await desk.until('foot', (now) => now.at(640, 400) === 0x111111);
  await desk.settled();
  desk.type('PS1="wayray:~$ "; clear\n');
  await desk.settled();
  desk.type('echo $XDG_SESSION_TYPE on $XDG_CURRENT_DESKTOP\n');
  await desk.settled();
  desk.type('head -n 2 /etc/os-release\n');
  desk.hold('Alt');
  await desk.drag({ x: 900, y: 600 }, { x: 910, y: 410 }, 'right');
  await desk.drag({ x: 400, y: 300 }, { x: 628, y: 600 });
  desk.release('Alt');
  await desk.open('gtk3-demo');
  desk.hold('Alt');
  await desk.drag({ x: 640, y: 400 }, { x: 440, y: 352 });
  desk.release('Alt');
  // The lower part, where it says who runs it, is behind the terminal.
  await desk.open('featherpad', ['--standalone']);
  desk.type(NOTE);
  desk.hold('Alt');
  await desk.drag({ x: 640, y: 400 }, { x: 868, y: 310 });
  desk.press('Tab');
  desk.press('Tab');
  desk.release('Alt');
  await desk.settled();
  await desk.save('screenshot', `${repository}/docs`);
} finally {
  await desk.stop();
}
