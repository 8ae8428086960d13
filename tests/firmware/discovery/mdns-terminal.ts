// Searches by multicast once and prints what it found.
import { mdnsSource } from '../../../firmware/discovery/mdns-source.ts';
import { discover } from '../../../firmware/discovery/source.ts';

process.stdout.write(`${JSON.stringify(await discover([mdnsSource()]))}\n`);
