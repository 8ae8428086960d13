// Stands for a server on another machine: answers questions for a service over multicast DNS. Says "ready" when it does.
import { createSocket } from 'node:dgram';
import { type DnsRecord, decodeMessage, RECORD } from '../../../firmware/discovery/dns-message.ts';
import { encodeAnswer } from './dns-answer.ts';

const [address = '', fingerprint = ''] = process.argv.slice(2);
const INSTANCE = 'House of Desks._wayray._tcp.local';
const HOST = 'house.local';
const records: readonly DnsRecord[] = [
  { type: 'PTR', name: '_wayray._tcp.local', target: INSTANCE },
  { type: 'SRV', name: INSTANCE, priority: 0, weight: 0, port: 7600, target: HOST },
  { type: 'TXT', name: INSTANCE, strings: ['v=wayray-1', `sha256=${fingerprint}`] },
  { type: 'A', name: HOST, address },
];

const socket = createSocket({ type: 'udp4', reuseAddr: true });
socket.on('message', (bytes, { port, address: from }) => {
  const { id, questions } = decodeMessage(bytes);
  // Only what is asked for: a terminal has to ask again for the rest.
  const answers = records.filter(({ name, type }) =>
    questions.some(
      (question) =>
        question.name === name &&
        question.type === RECORD[type.toLowerCase() as keyof typeof RECORD],
    ),
  );
  if (answers.length === 0) return;
  // Noise, and an answer to somebody else's question, come first.
  socket.send(Buffer.from('noise'), port, from);
  socket.send(
    encodeAnswer(id ^ 1, questions, [{ ...answers[0], name: 'x' } as DnsRecord]),
    port,
    from,
  );
  socket.send(encodeAnswer(id, questions, answers), port, from);
});
socket.bind(5353, () => {
  socket.addMembership('224.0.0.251', address);
  process.stdout.write('ready\n');
});
