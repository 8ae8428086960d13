import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type DnsRecord, decodeMessage, RECORD } from '../../../firmware/discovery/dns-message.ts';
import { encodeAnswer } from './dns-answer.ts';

/** A DNS server on loopback that knows these records; null for one that says nothing. */
export class NameServer {
  readonly #socket: Socket = createSocket('udp4');
  readonly asked: string[] = [];
  records: readonly DnsRecord[] | null;
  /** Domains of which it says nothing. */
  silent: readonly string[] = [];

  static async start(records: readonly DnsRecord[] | null): Promise<NameServer> {
    const server = new NameServer(records);
    server.#socket.bind(0, '127.0.0.1');
    await once(server.#socket, 'listening');
    return server;
  }

  private constructor(records: readonly DnsRecord[] | null) {
    this.records = records;
    this.#socket.on('message', (bytes, { port, address }) => {
      // Resolvers add an OPT record for larger answers; it is passed over.
      const { id, questions } = decodeMessage(bytes);
      const [question] = questions;
      if (!question) return;
      this.asked.push(question.name);
      if (this.records === null || this.silent.some((domain) => question.name.endsWith(domain)))
        return;
      const named = this.records.filter(({ name }) => name === question.name);
      const answers = named.filter(({ type }) => codeOf(type) === question.type);
      const answer = encodeAnswer(id, [question], answers, named.length === 0 ? 3 : 0);
      this.#socket.send(answer, port, address);
    });
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

function codeOf(type: DnsRecord['type']): number {
  return RECORD[type.toLowerCase() as keyof typeof RECORD];
}
