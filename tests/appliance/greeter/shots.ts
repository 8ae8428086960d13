// node tests/appliance/greeter/shots.ts FOLDER: pictures of the login screen, for people to look at.

import { Desktop, type DesktopOptions } from '../../helpers/desktop.ts';
import { repository } from '../../helpers/program.ts';
import { HELLO, ScriptedBroker } from './scripted-broker.ts';

const folder = process.argv[2] ?? '.';
const PASSWORD = { style: 'secret', text: 'Password: ' } as const;

type Scene = (broker: ScriptedBroker, desktop: Desktop) => void | Promise<void>;

async function shoot(name: string, scene: Scene, options: DesktopOptions = {}): Promise<void> {
  const broker = await ScriptedBroker.listen();
  const exec = `WAYRAY_GREETER_SOCKET=${broker.path} ${process.execPath} ${repository}/appliance/greeter/main.js`;
  const desktop = await Desktop.start({ exec, ...options });
  try {
    await broker.told('ready');
    broker.send(HELLO);
    await scene(broker, desktop);
    await desktop.settled();
    await desktop.settled();
    await desktop.save(name, folder);
  } finally {
    await desktop.stop();
    broker[Symbol.dispose]();
  }
}

const ask = (broker: ScriptedBroker, more: object = {}) =>
  broker.send({ type: 'ask', login: 'l1', reason: 'login', fixed: false, ...more });
const prompt = (broker: ScriptedBroker, ...prompts: object[]) =>
  broker.send({ type: 'prompt', login: 'l1', round: 0, prompts });

const scenes: Record<string, [Scene, DesktopOptions?]> = {
  normal: [
    async (broker, desktop) => {
      ask(broker);
      await desktop.settled();
      desktop.type('ada');
    },
  ],
  secret: [
    async (broker, desktop) => {
      ask(broker, { user: 'ada', shownName: 'Ada Lovelace', fixed: true });
      await broker.told('begin');
      prompt(broker, PASSWORD);
      await desktop.settled();
      desktop.type('secret');
      desktop.press('CapsLock');
    },
    { width: 1920, height: 1080 },
  ],
  otp: [
    async (broker, desktop) => {
      ask(broker, { user: 'ada', shownName: 'Ada Lovelace', fixed: true });
      await broker.told('begin');
      prompt(broker, { style: 'info', text: 'A code was sent to your telephone.' }, PASSWORD, {
        style: 'visible',
        text: 'One-time code: ',
      });
      await desktop.settled();
      desktop.type('x');
      desktop.press('Tab');
      desktop.type('123 456');
    },
  ],
  error: [
    async (broker, desktop) => {
      ask(broker);
      await desktop.settled();
      desktop.type('ada\n');
      await broker.told('begin');
      broker.send({
        type: 'failed',
        login: 'l1',
        code: 'wait',
        message: 'The user name or the password is wrong.',
        retryAfterMs: 42_000,
      });
      await desktop.until('the error', (now) => now.share((rgb) => rgb === 0xffb3a8) > 0);
    },
  ],
  contrast: [
    async (broker) => {
      broker.send({ ...HELLO, contrast: 'high', shutdown: true });
      ask(broker, { user: 'ada', shownName: 'Ada Lovelace', fixed: true });
      await broker.told('begin');
      prompt(broker, PASSWORD);
      broker.send({
        type: 'message',
        login: 'l1',
        style: 'error',
        text: 'Your password expires in 3 days.',
      });
    },
  ],
  large: [
    async (broker, desktop) => {
      ask(broker);
      await desktop.settled();
      desktop.press('F9');
      desktop.type('ada');
    },
    { width: 1280, height: 800 },
  ],
  menu: [
    async (broker, desktop) => {
      broker.send({
        ...HELLO,
        shutdown: true,
        sessions: [
          { id: 'a', name: 'WayRay desktop' },
          { id: 'b', name: 'GNOME' },
        ],
      });
      ask(broker);
      await desktop.settled();
      for (const key of ['Tab', 'Tab', 'Tab', 'Tab', 'Enter']) desktop.press(key);
    },
  ],
  shutdown: [
    async (broker, desktop) => {
      broker.send({ ...HELLO, contrast: 'high', shutdown: true });
      ask(broker);
      await desktop.settled();
      desktop.press('F9');
      for (let i = 0; i < 6; i++) desktop.press('Tab');
      desktop.press('Enter');
    },
  ],
  fractional: [
    async (broker, desktop) => {
      broker.send({
        ...HELLO,
        shutdown: true,
        sessions: [
          { id: 'a', name: 'WayRay desktop' },
          { id: 'b', name: 'GNOME' },
        ],
      });
      ask(broker);
      await desktop.settled();
      desktop.type('ada');
    },
    { width: 1500, height: 1050, scale: 1.5 },
  ],
  small: [
    (broker) => {
      broker.send({ ...HELLO, shutdown: true });
      ask(broker, { reason: 'unlock', user: 'ada', shownName: 'Ada Lovelace', fixed: true });
      prompt(broker, PASSWORD, PASSWORD, PASSWORD);
    },
    { width: 640, height: 480 },
  ],
};

const wanted = process.argv.slice(3);
for (const [name, [scene, options]] of Object.entries(scenes)) {
  if (wanted.length === 0 || wanted.includes(name)) await shoot(name, scene, options);
}
