import { Link, type LinkCounters, type LinkModel, serverAddress } from '../../bench/host/link.ts';
import { Processes } from '../../bench/host/processes.ts';
import { Desktop } from '../../helpers/desktop.ts';
import { BigWindow, type Moving } from './big-window.ts';
import { Typist } from './typist.ts';

export const DELAY_MS = 5;
const FAST_MBIT = 100;
const SLOW_MBIT = 2;
/** Far more than any router has: a queue must not be kept short by what drops packets. */
const QUEUE_MS = 4000;
const FAST_MS = 4000;
/** What was sent for the quick link has to go through the slow one. */
const TRANSITION_MS = 2500;
const SLOW_MS = 8000;
const RECOVERED_MS = 3000;
const PORT = 7601;

/** What one stretch of time was like. */
export interface Stretch {
  /** From a key to the frame with its letter; a key that was not seen counts with how long it was waited for. */
  readonly keysMs: readonly number[];
  /** The longest wait for the wire in each moment. */
  readonly queuesMs: readonly number[];
  readonly mbitPerS: number;
  readonly framesPerS: number;
  readonly dropped: number;
}

export interface Outcome {
  readonly fast: Stretch;
  readonly transition: Stretch;
  readonly slow: Stretch;
  /** The first second after. */
  readonly recovering: Stretch;
  readonly recovered: Stretch;
}

interface Stage {
  readonly link: Link;
  readonly typist: Typist;
  readonly big: BigWindow;
}

/** Somebody types into a small window while a big one moves, and the link changes in between. */
export async function play(
  moving: Moving,
  lossPpm: number,
  names: readonly [server: string, viewer: string],
  bridge: string,
): Promise<Outcome> {
  const model: LinkModel = { delayMs: DELAY_MS, rateMbit: FAST_MBIT, lossPpm, queueMs: QUEUE_MS };
  await using processes = new Processes();
  const link = await Link.open(processes, ...names, model, bridge);
  const typist = new Typist();
  const desk = await Desktop.start({
    width: 1280,
    height: 800,
    place: {
      listen: `${serverAddress}:${PORT}`,
      prefix: ['nsenter', `--net=/run/netns/${names[0]}`],
    },
    onFrame: () => typist.seen(),
  });
  try {
    const big = await BigWindow.open(desk, moving);
    await typist.sit(desk);
    await big.begin();
    const stage = { link, typist, big };
    const fast = await watch(stage, FAST_MS);
    await link.change({ ...model, rateMbit: SLOW_MBIT });
    const transition = await watch(stage, TRANSITION_MS);
    const slow = await watch(stage, SLOW_MS);
    if (process.env['WAYRAY_TEST_PICTURES']) await desk.save(`link ${moving} slow`);
    await link.change(model);
    const recovering = await watch(stage, 1000);
    const recovered = await watch(stage, RECOVERED_MS);
    return { fast, transition, slow, recovering, recovered };
  } catch (error) {
    await desk.save(`failed link ${moving}`);
    throw error;
  } finally {
    await desk.stop();
  }
}

async function watch({ link, typist }: Stage, forMs: number): Promise<Stretch> {
  const queuesMs: number[] = [];
  const before: LinkCounters = await link.counters();
  const fromMs = performance.now();
  const { frames } = typist;
  const keys = typist.type(forMs);
  for (let at = 0; at < forMs; at = performance.now() - fromMs) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    queuesMs.push((await link.counters()).queueMs);
  }
  const keysMs = await keys;
  const tookMs = performance.now() - fromMs;
  const after = await link.counters();
  return {
    keysMs,
    queuesMs,
    mbitPerS: ((after.downBytes - before.downBytes) * 8) / 1000 / tookMs,
    framesPerS: ((typist.frames - frames) * 1000) / tookMs,
    dropped: after.dropped - before.dropped,
  };
}
