import type { Logger } from '../../protocol/node/log.ts';
import type { CardsConfig } from '../config/cards.ts';
import { BadgeReader } from './badge-reader.ts';
import type { CardReader } from './card-reader.ts';
import { openHidBus } from './hid-bus.ts';
import { ReaderOrder } from './reader-order.ts';

export interface OpenReaders {
  readonly readers: readonly CardReader[];
  readonly order: ReaderOrder;
}

export interface ReadersWanted {
  readonly config: CardsConfig;
  /** Part of the name of the only reader to use, or `none`; undefined: as the file has it. */
  readonly reader: string | undefined;
  readonly log: Logger;
  /** CLOCK_MONOTONIC */
  readonly nowUs: () => number;
}

/** Readers are a matter of the machine: without what serves them, the terminal works all the same. */
export async function openReaders(wanted: ReadersWanted): Promise<OpenReaders> {
  const { config, reader } = wanted;
  if (reader === 'none') return { readers: [], order: new ReaderOrder([]) };
  const order = new ReaderOrder(reader === undefined ? config.readers : [reader]);
  const hasCards = reader !== undefined || config.readers.length > 0;
  const readers = [
    ...(hasCards ? await attempt(() => openPcsc(order, wanted.log), wanted.log) : []),
    ...(await attempt(() => openBadges(wanted), wanted.log)),
  ];
  return { readers, order };
}

async function openPcsc(order: ReaderOrder, log: Logger): Promise<CardReader[]> {
  const { PcscReader } = await import('./pcsc-reader.ts');
  return [new PcscReader({ reader: order, log })];
}

async function openBadges({ config, log, nowUs }: ReadersWanted): Promise<CardReader[]> {
  if (config.badgeReaders.length === 0) return [];
  const bus = await openHidBus();
  return config.badgeReaders.map((one) => new BadgeReader({ config: one, bus, log, nowUs }));
}

async function attempt(open: () => Promise<CardReader[]>, log: Logger): Promise<CardReader[]> {
  try {
    return await open();
  } catch (error) {
    log.warn({ reason: (error as Error).message }, 'no card readers');
    return [];
  }
}
