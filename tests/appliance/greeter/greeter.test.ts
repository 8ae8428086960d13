import test from 'ava';
import type { State } from '../../../appliance/greeter/conversation/state.ts';
import { Greeter } from '../../../appliance/greeter/greeter.ts';
import type {
  BrokerMessage,
  GreeterMessage,
} from '../../../appliance/greeter/wire/greeter-messages.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { HELLO } from './scripted-broker.ts';

function open(useKeyboard: () => void = () => {}) {
  const sent: GreeterMessage[] = [];
  const answers: (string | null)[][] = [];
  const given: (Uint8Array | null)[] = [];
  const shown: State[] = [];
  const greeter = new Greeter({
    broker: {
      send: (message) => sent.push(message),
      answer: (_login, _round, bytes) => {
        given.push(...bytes);
        answers.push(bytes.map((part) => part && Buffer.from(part).toString()));
      },
    },
    log: openLog({ name: 'test', level: 'silent', readable: false }),
    show: (state) => shown.push(state),
    useKeyboard,
    onExit: () => greeter[Symbol.dispose](),
  });
  const say = (...messages: BrokerMessage[]) => {
    for (const message of messages) greeter.take({ type: 'broker', message });
  };
  const type = (text: string) => {
    for (const character of text)
      greeter.take({ type: 'text', codePoint: character.codePointAt(0) as number });
  };
  return { greeter, sent, answers, given, shown, say, type };
}

const ASK: BrokerMessage = { type: 'ask', login: 'a', reason: 'login', user: 'ada', fixed: true };
const PROMPT: BrokerMessage = {
  type: 'prompt',
  login: 'a',
  round: 3,
  prompts: [
    { style: 'info', text: 'Hello' },
    { style: 'secret', text: 'Password' },
  ],
};

test('a secret goes to the broker and is wiped here', (t) => {
  const { greeter, answers, given, say, type } = open();
  say(HELLO, ASK, PROMPT);
  type('pässx');
  greeter.take({ type: 'key', key: 'BackSpace' });
  greeter.take({ type: 'key', key: 'Enter' });
  t.deepEqual(answers, [[null, 'päss']]);
  t.true(given[1]?.every((byte) => byte === 0));
  greeter[Symbol.dispose]();
});

test('a failure takes what was typed with it', (t) => {
  const { greeter, answers, say, type } = open();
  say(HELLO, ASK, PROMPT);
  type('old');
  say({ type: 'failed', login: 'a', code: 'wait', message: '', retryAfterMs: 1 }, ASK, PROMPT);
  type('new');
  greeter.take({ type: 'key', key: 'Enter' });
  t.deepEqual(answers, [[null, 'new']]);
  greeter[Symbol.dispose]();
});

test('a layout that this system does not have is put up with', (t) => {
  const { greeter, sent, say } = open(() => {
    throw new Error('unknown');
  });
  say(HELLO, ASK);
  greeter.take({ type: 'press', element: 'keyboard' });
  greeter.take({ type: 'press', element: 'item:1' });
  t.like(sent.at(-1), { type: 'keyboard', layout: 'de' });
  greeter[Symbol.dispose]();
});

test('after bye nothing is drawn', (t) => {
  const { greeter, shown, say } = open();
  say(HELLO);
  const drawn = shown.length;
  say({ type: 'bye' }, HELLO);
  greeter.take({ type: 'tick' });
  t.is(shown.length, drawn);
});
