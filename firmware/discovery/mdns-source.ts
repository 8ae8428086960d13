import { randomInt } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ProtocolError } from '../../protocol/errors.ts';
import type { Candidate } from './candidate.ts';
import { decodeMessage, encodeQuery, type Question, RECORD } from './dns-message.ts';
import { MdnsRecords, SERVICES } from './mdns-records.ts';
import type { Source } from './source.ts';

const GROUP = '224.0.0.251';
const PORT = 5353;
const SEARCH_MS = 1500;
/** Asked again: a datagram may be lost. */
const REPEAT_MS = 500;
/** After a whole answer, others may have a better one. */
const GRACE_MS = 200;
const MAX_DATAGRAMS = 256;
const MAX_INTERFACES = 8;

export interface MdnsSourceOptions {
  readonly searchMs?: number;
  readonly random?: () => number;
}

/**
 * Servers that answer a multicast question on the networks that the terminal is in (IPv4). It asks from a port of its
 * own and is answered there (RFC 6762, section 6.7): nothing listens on 5353, or at all once the search is over.
 */
export function mdnsSource(options: MdnsSourceOptions = {}): Source {
  return {
    origin: 'mdns',
    async find() {
      const networks = localNetworks().slice(0, MAX_INTERFACES);
      if (networks.length === 0) return { candidates: [], nothing: 'no network' };
      const found = await Promise.all(networks.map((network) => search(network, options)));
      return { candidates: found.flat(), nothing: 'nobody answers' };
    },
  };
}

interface Network {
  readonly address: string;
  readonly prefix: number;
}

function localNetworks(): Network[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.flatMap(({ family, internal, address, cidr }) =>
      family === 'IPv4' && !internal && cidr
        ? [{ address, prefix: Number(cidr.split('/')[1]) }]
        : [],
    ),
  );
}

function search(network: Network, options: MdnsSourceOptions): Promise<Candidate[]> {
  return new MdnsSearch(network, options).done;
}

/** One search on one network. */
class MdnsSearch {
  readonly done: Promise<Candidate[]>;
  readonly #socket: Socket = createSocket('udp4');
  readonly #records = new MdnsRecords();
  readonly #id = randomInt(1, 65_536);
  readonly #near = new BlockList();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #random: (() => number) | undefined;
  readonly #asked = new Set<string>();
  #datagrams = 0;
  #grace = false;
  #settle: { resolve(found: Candidate[]): void; reject(error: unknown): void };

  constructor({ address, prefix }: Network, { searchMs = SEARCH_MS, random }: MdnsSourceOptions) {
    const { promise, resolve, reject } = Promise.withResolvers<Candidate[]>();
    this.done = promise;
    this.#settle = { resolve, reject };
    this.#random = random;
    this.#near.addSubnet(address, prefix);
    this.#socket.on('error', () => this.#finish());
    this.#socket.on('message', (bytes, from) => this.#receive(bytes, from));
    this.#socket.bind({ address, port: 0 }, () => this.#begin(address));
    this.#timers.push(setTimeout(() => this.#finish(), searchMs));
  }

  #begin(address: string): void {
    const ask = () => this.#send(SERVICES.map((name) => ({ name, type: RECORD.ptr })));
    try {
      this.#socket.setMulticastInterface(address);
      this.#socket.setMulticastTTL(255);
    } catch {
      // The interface went meanwhile.
      return this.#finish();
    }
    ask();
    this.#timers.push(setInterval(ask, REPEAT_MS));
  }

  #send(questions: readonly Question[]): void {
    try {
      this.#socket.send(encodeQuery(this.#id, questions), PORT, GROUP, () => {});
    } catch (error) {
      // Names that came off the network may be ones that cannot be asked for.
      if (!(error instanceof ProtocolError)) throw error;
    }
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    // Whoever is not on this network cannot have heard the question.
    if (!this.#near.check(from.address) || from.port !== PORT) return;
    if (++this.#datagrams > MAX_DATAGRAMS) return this.#finish();
    try {
      const message = decodeMessage(bytes);
      if (!message.isAnswer || message.id !== this.#id) return;
      this.#records.add(message.records);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return;
    }
    this.#goOn();
  }

  #goOn(): void {
    const { missing } = this.#records;
    const news = missing.filter(({ name, type }) => !this.#asked.has(`${type} ${name}`));
    for (const { name, type } of news) this.#asked.add(`${type} ${name}`);
    if (news.length > 0) this.#send(news);
    if (missing.length > 0 || this.#grace) return;
    this.#grace = true;
    this.#timers.push(setTimeout(() => this.#finish(), GRACE_MS));
  }

  #finish(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
    this.#socket.removeAllListeners('message').removeAllListeners('error');
    this.#socket.on('error', () => {});
    try {
      this.#socket.close();
    } catch {
      return;
    }
    try {
      this.#settle.resolve(this.#records.candidates(this.#random));
    } catch (error) {
      this.#settle.reject(error);
    }
  }
}
