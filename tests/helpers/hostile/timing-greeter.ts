import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import {
  type BrokerMessage,
  readBrokerMessage,
} from '../../../appliance/greeter/wire/greeter-messages.ts';
import { Channel } from '../../../appliance/wire/channel.ts';

/** Milliseconds, by kind of user. */
export interface LoginTimes {
  /** From the name to the question. */
  readonly asked: Record<'known' | 'unknown', number[]>;
  /** From the wrong password to the refusal. */
  readonly refused: Record<'known' | 'unknown', number[]>;
  /** All that was said. */
  readonly words: string[];
}

const SECRET = 'not the password';

/** Runs in wrlogin's place: types a wrong password for two users in turn, and writes down how long that takes. */
export function measureLogins(known: string, unknown: string, rounds: number, file: string): void {
  const times: LoginTimes = {
    asked: { known: [], unknown: [] },
    refused: { known: [], unknown: [] },
    words: [],
  };
  let round = 0;
  let sinceMs = 0;
  // In turns that change places, so that what grows with time falls on both.
  const kind = () => (Math.floor(round / 2) % 2 === round % 2 ? 'known' : 'unknown');
  const socket = connect(process.env['WAYRAY_GREETER_SOCKET'] ?? '');
  const channel = new Channel(socket, {
    onFrame: ({ head }) => heard(readBrokerMessage(head)),
    onClose: () => process.exit(0),
  });
  const heard = (message: BrokerMessage): void => {
    if (message.type === 'ask') {
      if (round === rounds * 2) return writeFileSync(file, JSON.stringify(times));
      sinceMs = performance.now();
      const user = kind() === 'known' ? known : unknown;
      return channel.send({ type: 'begin', login: message.login, user });
    }
    if (message.type === 'prompt') {
      times.asked[kind()].push(performance.now() - sinceMs);
      times.words.push(message.prompts.map(({ text }) => text).join());
      sinceMs = performance.now();
      const { login, round: asked } = message;
      const answer = { type: 'answer', login, round: asked, answers: [SECRET.length] };
      return channel.send(answer, [new Uint8Array(Buffer.from(SECRET))]);
    }
    if (message.type === 'failed') {
      times.refused[kind()].push(performance.now() - sinceMs);
      times.words.push(`${message.code} ${message.message}`);
      round += 1;
    }
  };
  socket.once('connect', () => channel.send({ type: 'ready' }));
}
