import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Attachment } from '../../firmware/connection/attachment.ts';
import { NativePicture } from '../../firmware/display/native-picture.ts';
import { Screen } from '../../firmware/display/screen.ts';
import { nowUs } from '../../firmware/terminal.ts';
import { type Hello, Role } from '../../protocol/generated/control.ts';
import { loadOrCreateIdentity } from '../../protocol/node/identity.ts';
import { connectTls } from '../../protocol/node/tls-client.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../../protocol/version.ts';
import { WireClient } from '../appliance/compositor/wire-client.ts';
import { openWindow, SCREEN } from '../appliance/session/session-rig.ts';
import { eventually } from '../helpers/eventually.ts';
import type { Server } from '../helpers/server.ts';

/** What a process holds at one moment. */
export interface Held {
  readonly descriptors: number;
  readonly residentMb: number;
}

export interface CyclePoint {
  readonly cycles: number;
  readonly wrsrvd: Held;
  readonly wrcomp: Held;
}

/** Runs a cycle again and again and looks at the server's processes `looks` times on the way, when they are at rest. */
export async function watchCycles(
  server: Server,
  count: number,
  looks: number,
  cycle: () => Promise<void>,
): Promise<CyclePoint[]> {
  const points: CyclePoint[] = [];
  for (let look = 0, done = 0; look <= looks; look++) {
    for (; done < Math.round((count * look) / looks); done++) await cycle();
    points.push(await atRest(server, done));
  }
  return points;
}

/** Descriptors of connections that were just closed go in a moment; memory waits for the collector. */
async function atRest(server: Server, cycles: number): Promise<CyclePoint> {
  let before = '';
  return eventually(async () => {
    const point = {
      cycles,
      wrsrvd: heldBy(server.program.process.pid ?? 0),
      wrcomp: heldBy(server.sessionPid),
    };
    const descriptors = `${point.wrsrvd.descriptors} ${point.wrcomp.descriptors}`;
    if (descriptors !== before) {
      before = descriptors;
      await wait(500);
      throw new Error('descriptors still change');
    }
    return point;
  });
}

function heldBy(pid: number): Held {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const residentKb = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    residentMb: Math.round(residentKb / 102.4) / 10,
  };
}

/** A Wayland client comes, shows a window, and goes without a word. */
export async function waylandCycle(server: Server): Promise<void> {
  const socket = connect(join(server.stateDir, 'run', 'wayland-0'));
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const client = new WireClient(socket);
  await client.roundtrip();
  const seat = client.bind('wl_seat', 9);
  for (const device of ['get_keyboard', 'get_pointer', 'get_touch'])
    client.request(seat, device, 'new');
  await openWindow(client);
  client.destroy();
  await client.closed;
}

const HELLO: Hello = {
  type: 'Hello',
  major: PROTOCOL_MAJOR,
  minor: PROTOCOL_MINOR,
  role: Role.terminal,
  software: 'cycles',
  capabilities: [],
  terminalName: 'cycles',
  outputs: [SCREEN],
  keyboard: { rules: '', model: '', layout: '', variant: '', options: '' },
  credential: '',
};

/** A terminal comes, is shown the session, and goes. */
export async function terminalCycle(server: Server): Promise<void> {
  const [host = '', port = ''] = server.address.split(':');
  const identity = await loadOrCreateIdentity(server.file('cycles'), {
    algorithm: 'ed25519',
    name: 'cycles',
  });
  const link = await connectTls({ host, port: Number(port), identity, pin: server.fingerprint });
  const attachment = await Attachment.open(link, HELLO, nowUs);
  const shown = Promise.withResolvers<void>();
  const screen = new Screen<NativePicture>({
    createPicture: (width, height) => new NativePicture(width, height),
    draw: (picture, _damage, frame) => {
      attachment.acknowledge(frame, nowUs());
      if (picture) shown.resolve();
    },
    requestKeyFrame: () => shown.reject(new Error('the picture was lost')),
  });
  attachment.listen({
    frame: (frame) => screen.receive(frame),
    cursor: () => {},
    control: () => {},
    closed: ({ reason }) => shown.reject(new Error(reason)),
  });
  try {
    await shown.promise;
  } finally {
    screen[Symbol.dispose]();
    attachment.close('cycle');
  }
}
