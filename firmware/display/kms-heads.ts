import { DeviceError, Errno } from '../../native/drm/index.ts';
import type { OutputInfo } from '../../protocol/generated/control.ts';
import type { Logger } from '../../protocol/node/log.ts';
import type { DisplayConfig } from '../config/display.ts';
import type { Card } from './kms-card.ts';
import { KmsHead } from './kms-head.ts';
import { chooseMonitors, type Monitor, sameMonitor } from './kms-monitor.ts';
import type { MonitorMemory } from './monitor-memory.ts';

/** So often it is asked for a screen that another program has before the card is opened anew. */
const ASKED_MAX = 4;

export interface KmsHeadsDeps {
  readonly config: DisplayConfig;
  /** For monitors of which the configuration says nothing; null: by their size. */
  readonly scale: number | null;
  readonly memory: MonitorMemory;
  readonly log: Logger;
  /** A monitor is new, or used in another way: it shows nothing yet. */
  readonly opened: (head: KmsHead) => void;
  /** A monitor cannot be used now; use() is to be called again. */
  readonly unusable: () => void;
  /** Another program has the screens, and nothing gives them back. */
  readonly refused: () => void;
}

/** The monitors of a graphics card, all of them. */
export class KmsHeads {
  readonly #deps: KmsHeadsDeps;
  readonly #heads = new Map<number, KmsHead>();
  #order: readonly number[] = [];
  #card: Card | null = null;
  #asked = 0;
  /** What was said last of what does not work; empty while all does. */
  #trouble = '';

  constructor(deps: KmsHeadsDeps) {
    this.#deps = deps;
  }

  /** The primary one first. */
  get all(): readonly KmsHead[] {
    return this.#order.flatMap((id) => this.#heads.get(id) ?? []);
  }

  get outputs(): readonly OutputInfo[] {
    return this.all.map(({ info }) => info);
  }

  of(output: number): KmsHead | undefined {
    return this.#heads.get(output);
  }

  flipped(crtc: number, timeNs: number): void {
    this.all.find(({ monitor }) => monitor.crtc === crtc)?.screen.flipped(timeNs);
  }

  /** Takes up what is connected now. @returns whether the outputs are others */
  use(card: Card): boolean {
    const before = JSON.stringify(this.outputs);
    this.#card = card;
    const now = new Map(this.all.map(({ monitor }) => [monitor.connector.id, monitor.crtc]));
    const { config, scale, memory, log } = this.#deps;
    const { monitors, without } = chooseMonitors(card.connectors(), config, now, scale, memory);
    for (const { name } of without)
      log.warn({ monitor: name }, 'the graphics card can drive no more monitors');
    // Before others take their CRTCs.
    for (const head of this.all)
      if (!monitors.some((monitor) => sameMonitor(monitor, head.monitor))) this.#close(head);
    for (const monitor of monitors) {
      const head = this.#heads.get(monitor.connector.id);
      if (head) head.info = monitor.info;
      else this.#open(card, monitor);
    }
    this.#order = monitors.map(({ connector }) => connector.id);
    if (this.#heads.size === 0) log.warn('no monitor');
    return JSON.stringify(this.outputs) !== before;
  }

  /** The card is gone. */
  drop(): void {
    for (const head of this.all) this.#close(head);
    this.#card = null;
  }

  #open(card: Card, monitor: Monitor): void {
    const { connector, mode, info } = monitor;
    try {
      const head = new KmsHead({
        card,
        monitor,
        failed: (what, error) => this.#failed(what, connector.name, error),
        lit: () => this.#lit(connector.name),
      });
      this.#heads.set(connector.id, head);
      this.#order = [...this.#order, connector.id];
      const { make, model, scale120, transform, x, y } = info;
      const seen = { monitor: connector.name, make, model, mode: mode.name };
      this.#deps.log.info(
        { ...seen, scale: scale120 / 120, rotate: transform * 90, x, y },
        'monitor',
      );
      this.#deps.opened(head);
    } catch (error) {
      this.#tell(`${connector.name}: ${(error as Error).message}`, 'the monitor cannot be used');
      this.#deps.unusable();
    }
  }

  #close(head: KmsHead): void {
    this.#heads.delete(head.monitor.connector.id);
    head[Symbol.dispose]();
  }

  #lit(name: string): void {
    this.#asked = 0;
    if (this.#trouble) this.#deps.log.info({ monitor: name }, 'the screen is ours again');
    this.#trouble = '';
  }

  #failed(what: 'screen' | 'pointer', name: string, error: Error): void {
    this.#tell(`${name}: ${error.message}`, `the ${what} cannot be changed`);
    if (what !== 'screen' || !(error instanceof DeviceError) || error.errno !== Errno.acces) return;
    try {
      this.#card?.takeMaster();
    } catch {
      // Only who was the master before is let back by asking; whoever opens a free card is it.
      this.#asked += 1;
      if (this.#asked % ASKED_MAX === 0) this.#deps.refused();
    }
  }

  /** It is tried twice a second: the same is not said again. */
  #tell(reason: string, what: string): void {
    if (reason === this.#trouble) return;
    this.#trouble = reason;
    this.#deps.log.warn({ reason }, what);
  }
}
