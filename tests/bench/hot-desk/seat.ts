// One terminal with its reader, in a process of its own: nothing of the bench takes its time.
import { createInterface } from 'node:readline';
import type { CardReader } from '../../../firmware/card/card-reader.ts';
import { PcscReader } from '../../../firmware/card/pcsc-reader.ts';
import { SoftwareToken } from '../../../firmware/card/software-token.ts';
import type { ArrivedFrame } from '../../../firmware/connection/attachment.ts';
import { HeadlessDisplay } from '../../../firmware/display/headless-display.ts';
import { nowUs, Terminal } from '../../../firmware/terminal.ts';
import { createIdentity } from '../../../protocol/node/certificate.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { connectTls } from '../../../protocol/node/tls-client.ts';
import type { SeatPlan, SeatReport } from './messages.ts';

const plan = JSON.parse(process.argv[2] ?? '') as SeatPlan;
const log = openLog({ name: plan.name, level: 'warn', readable: false });
const identity = await createIdentity({ algorithm: 'ed25519', name: plan.name });
const [host = '', port] = plan.address.split(':');
/** What was told while a session is on its way: writing takes time, too. */
let untold: SeatReport[] = [];

function tell(report: SeatReport): void {
  untold.push(report);
  if (untold.length === 1) setImmediate(flush);
}

function flush(): void {
  const lines = untold.map((report) => `${JSON.stringify(report)}\n`);
  untold = [];
  process.stdout.write(lines.join(''));
}

const token = plan.tokenFile
  ? new SoftwareToken({ file: plan.tokenFile, nowUs, inserted: false })
  : null;

const terminal = new Terminal({
  connect: () => connectTls({ host, port: Number(port), pin: plan.fingerprint, identity }),
  display: new HeadlessDisplay(plan),
  keyboard: { rules: '', model: '', layout: 'us', variant: '', options: '' },
  name: plan.name,
  fingerprint: identity.fingerprint,
  readers: [timed(token ?? new PcscReader({ reader: null, log }))],
  log,
  onPresented: (frame, presentedNs) => shown(frame, presentedNs),
  onSettled: () => {},
  onShowing: (showing) => {
    const what = showing.what === 'page' ? showing.page.name : showing.what;
    tell({ told: 'showing', what, atUs: nowUs() });
  },
  onGivenUp: (error) => {
    throw error;
  },
});

function shown({ header, bytes, receivedUs }: ArrivedFrame, presentedNs: number): void {
  const exact = terminal.picture?.checksum() === header.checksum;
  tell({
    told: 'frame',
    key: header.key,
    bytes,
    receivedUs,
    presentedUs: Math.round(presentedNs / 1000),
    verifiedUs: nowUs(),
    exact,
  });
}

/** The same reader, with the times at which it is spoken to and speaks. */
function timed(reader: CardReader): CardReader {
  return {
    listen: (events) =>
      reader.listen({
        ...events,
        inserted: (one) => {
          events.inserted(one);
          tell({ told: 'inserted', eventUs: one.eventUs, atUs: nowUs() });
        },
        removed: (insertion) => {
          events.removed(insertion);
          tell({ told: 'removed', atUs: nowUs() });
        },
      }),
    prove: async (request) => {
      tell({ told: 'asked', atUs: nowUs() });
      const proof = await reader.prove(request);
      tell({ told: 'answered', atUs: nowUs() });
      return proof;
    },
    names: () => reader.names(),
    pinTriesLeft: (insertion) => reader.pinTriesLeft(insertion),
    [Symbol.dispose]: () => reader[Symbol.dispose](),
  };
}

createInterface({ input: process.stdin })
  .on('line', (command) => {
    if (command === 'insert') token?.insert();
    else if (command === 'remove') token?.remove();
  })
  .on('close', () => process.exit(0));
terminal.start();
tell({ told: 'ready', tokenId: token?.id ?? null });
