import { closeSync, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { Channel } from '../../../appliance/wire/channel.ts';
import { encodeFrame } from '../../../appliance/wire/frame.ts';
import { generator } from '../../appliance/sessd/statistics.ts';

// Runs in wrlogin's place, as its user. Leaves a note of each attack, so that the next one is another; then is good.
const MESSAGES = 1500;

interface Attacker {
  readonly socket: Socket;
  readonly login: string;
  send(head: object, secret?: string): void;
  random(below: number): number;
}

/** By names that files can have. Each returns whether the broker should have hung up. */
const attacks: Readonly<Record<string, (attacker: Attacker) => boolean>> = {
  'words about logins that are not': ({ send, random }) => {
    const kinds = [
      (login: string) => send({ type: 'begin', login, user: `somebody${random(9)}` }),
      (login: string) => send({ type: 'answer', login, round: random(1000), answers: [3] }, 'abc'),
      (login: string) => send({ type: 'cancel', login }),
    ];
    for (let i = 0; i < MESSAGES; i++) kinds[i % 3]?.(`login-${random(1e6)}`);
    return false;
  },
  'keyboards, and shutdowns that nobody offered': ({ send, random }) => {
    for (let i = 0; i < MESSAGES; i++) {
      if (i % 10 === 0) send({ type: 'shutdown' });
      else send({ type: 'keyboard', layout: `x${random(1e6)}`, variant: '' });
    }
    return false;
  },
  'answers that nobody asked for': ({ send, login }) => {
    send({ type: 'begin', login, user: 'somebody' });
    for (let i = 0; i < MESSAGES; i++)
      send({ type: 'answer', login, round: 1000 - (i % 900), answers: [6] }, 'secret');
    return false;
  },
  'lengths that are not those of the answers': ({ send, login }) => {
    send({ type: 'begin', login, user: 'somebody' });
    send({ type: 'answer', login, round: 1, answers: [512, 512] }, 'secret');
    return true;
  },
  'two logins at once': ({ send, login }) => {
    send({ type: 'begin', login, user: 'somebody' });
    send({ type: 'begin', login, user: 'somebody' });
    return true;
  },
  'a list without an end': ({ send, login }) => {
    send({ type: 'answer', login, round: 1, answers: Array.from({ length: 40_000 }, () => null) });
    return true;
  },
  'a message that is none': ({ send }) => {
    send({ type: 'constructor', __proto__: null });
    return true;
  },
  'a frame of four gigabytes': ({ socket }) => {
    socket.write(Buffer.alloc(8, 0xff));
    return true;
  },
  'bytes one by one that end nowhere': ({ socket }) => {
    const frame = encodeFrame({ type: 'ready' });
    for (const byte of frame.subarray(0, -1)) socket.write(Buffer.from([byte]));
    return true;
  },
  'bytes by chance': ({ socket, random }) => {
    for (let i = 0; i < MESSAGES; i++) socket.write(Buffer.from([random(256), 0, 0, 0]));
    return true;
  },
};

export const ATTACKS = Object.keys(attacks);

/** The attack that nobody else has taken yet; null when all are done. */
function take(notes: string): string | null {
  for (const name of ATTACKS) {
    try {
      closeSync(openSync(join(notes, name), 'wx'));
      return name;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return null;
}

/** @param notes folder with a file for each attack so far */
export async function beHostile(notes: string): Promise<void> {
  const name = take(notes);
  const act = name === null ? null : attacks[name];
  if (!act) {
    await import('../../../appliance/greeter/main.js' as string);
    return;
  }
  const socket = connect(process.env['WAYRAY_GREETER_SOCKET'] ?? '');
  socket.on('error', () => {});
  const random = generator(ATTACKS.indexOf(name ?? '') + 1);
  let login = '';
  const channel = new Channel(socket, {
    onFrame: ({ head }) => {
      const asked = head as { type: string; login: string };
      if (asked.type !== 'ask' || login !== '') return;
      login = asked.login;
      const endsIt = act({
        socket,
        login,
        send: (message, secret) =>
          channel.send(message, secret === undefined ? [] : [new Uint8Array(Buffer.from(secret))]),
        random: (below) => Math.floor(random() * below),
      });
      // What the broker puts up with is over when the greeter leaves.
      if (!endsIt) socket.end();
    },
    onClose: () => process.exit(0),
  });
  socket.once('connect', () => channel.send({ type: 'ready' }));
}
