import { networkOf } from './network.ts';

/** How far a stranger has come on its way to admission. */
export const Step = { connected: 0, greeted: 1, secured: 2, linked: 3 } as const;
export type Step = (typeof Step)[keyof typeof Step];

export interface StrangerBounds {
  readonly max: number;
  /** From one address, or one IPv6 /64. */
  readonly maxPerNetwork: number;
}

/** A stranger's own; all methods are idempotent. */
export interface Place {
  reach(step: Step): void;
  /** Who ends the stranger when another needs its place; replaces the holder before. */
  heldBy(evict: () => void): void;
  leave(): void;
}

interface Stranger {
  readonly since: number;
  readonly address: string;
  readonly network: string;
  step: Step;
  evict: () => void;
}

/** Connections are taken in batches: whoever has come just now had no chance to say anything. */
const GRACE_MS = 50;

/** Room for a storm of terminals that start together; a stranger that says nothing costs little more than its socket. */
const DEFAULT_MAX = 256;

export const boundsFor = (max: number = DEFAULT_MAX): StrangerBounds => ({
  max,
  maxPerNetwork: Math.ceil((max * 3) / 4),
});

/**
 * The places of those who are not admitted yet. A newcomer always gets one: when there is none left, somebody goes
 * who takes more than his share, so that nobody can lock others out by filling the places.
 */
export class Strangers {
  private readonly bounds: StrangerBounds;
  private readonly now: () => number;
  /** In the order of their coming. */
  private readonly all = new Set<Stranger>();

  /** @param now in ms; for tests */
  constructor(bounds: StrangerBounds, now: () => number = () => performance.now()) {
    this.bounds = bounds;
    this.now = now;
  }

  get count(): number {
    return this.all.size;
  }

  get hasRoom(): boolean {
    return this.all.size < this.bounds.max;
  }

  /** @param address IP address; others, e.g. of Unix sockets, have no bound of their own: null */
  enter(address: string | null, evict: () => void): Place {
    const network = address === null ? '' : networkOf(address);
    const own = [...this.all].filter((other) => other.network === network);
    if (address !== null && own.length >= this.bounds.maxPerNetwork) this.evictOneOf(own);
    else if (!this.hasRoom) this.evictOneOf([...this.all]);
    const stranger: Stranger = {
      since: this.now(),
      address: address ?? '',
      network,
      step: Step.connected,
      evict,
    };
    this.all.add(stranger);
    return {
      reach: (step) => {
        stranger.step = step;
      },
      heldBy: (holder) => {
        stranger.evict = holder;
      },
      leave: () => void this.all.delete(stranger),
    };
  }

  private evictOneOf(strangers: readonly Stranger[]): void {
    const victim = chooseVictim(strangers, this.now() - GRACE_MS);
    if (victim === undefined) return;
    this.all.delete(victim);
    victim.evict();
  }
}

/**
 * The oldest of those who have come least far, from the network and then the address with the most. Where most of
 * them have finished their handshake and stay, one of those goes: newcomers need places to get as far.
 */
function chooseVictim(strangers: readonly Stranger[], youngSince: number): Stranger | undefined {
  const crowd = largest(
    largest(strangers, (stranger) => stranger.network),
    (stranger) => stranger.address,
  );
  const settled = crowd.filter((stranger) => stranger.step >= Step.secured);
  const pool = settled.length > crowd.length / 2 ? settled : crowd;
  const stepOf = ({ step, since }: Stranger): number =>
    since > youngSince ? Math.max(step, Step.greeted) : step;
  const least = Math.min(...pool.map(stepOf));
  return pool.find((stranger) => stepOf(stranger) === least);
}

/** The members of the largest group; of all the largest if several are equal. */
function largest(
  strangers: readonly Stranger[],
  groupOf: (stranger: Stranger) => string,
): Stranger[] {
  const sizes = new Map<string, number>();
  for (const stranger of strangers) {
    const group = groupOf(stranger);
    sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  const most = Math.max(...sizes.values());
  return strangers.filter((stranger) => sizes.get(groupOf(stranger)) === most);
}
