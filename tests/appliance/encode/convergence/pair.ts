import { LinkEstimate } from '../../../../appliance/encode/adaptation/link-estimate.ts';
import { CanvasShelf } from '../../../../appliance/encode/canvas-shelf.ts';
import { OutputStream, type TakenFrame } from '../../../../appliance/encode/output-stream.ts';
import { StepRules } from '../../../../appliance/session/step-rules.ts';
import { ProtocolError } from '../../../../protocol/errors.ts';
import { StepReader } from '../../../../protocol/frame-step.ts';
import { decodeFrameUnit, encodeFrameHead } from '../../../../protocol/frame-unit.ts';
import {
  decodeDisplay,
  encodeDisplay,
  type FrameUpdate,
} from '../../../../protocol/generated/display.ts';
import { Desktop, type ScreenSize } from './desktop.ts';
import { HeldShelf } from './held-encoders.ts';
import { Terminal } from './terminal.ts';

type Output = Desktop['outputs'][number];

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Frames that it takes at most until nothing is left to send: films need some dozens to be refined. */
const MAX_ROUNDS = 400;
/** Worker threads are done long before. */
const MAX_SETTLE_MS = 10_000;
const MAX_IN_FLIGHT = 2;
/** A half that waited, and one that goes with it where the film moves on before. */
const HALVES = 2;
/** Where they were prepared before. */
const MAX_PREPARED = 16;
/** Of a frame without an acknowledgement. */
const GIVEN_UP_MS = 4000;

/** What lies between the session and one screen of the terminal, each way in its order. */
interface Line {
  readonly stream: OutputStream;
  readonly terminal: Terminal;
  readonly down: Uint8Array[];
  readonly up: Uint8Array[];
  /** When frames were sent that are not acknowledged yet. */
  readonly inFlight: Map<number, number>;
}

export interface PairOptions {
  /** Films are sent as video. */
  readonly video: boolean;
  /** Worker threads encode, and are done when they are done. */
  readonly threads: boolean;
  /** That the terminal keeps. */
  readonly tiles: number;
  /** The link takes a large picture in slices. */
  readonly slow: boolean;
  /** Small frames go as steps, on a way of their own. */
  readonly steps: boolean;
  /** The link is quick, and may have shrunk: the second half of a film waits for news of the first. */
  readonly doubtful?: boolean;
}

/** What both ends know of the steps of one link, and those that are on their way. */
class StepLane {
  readonly rules: StepRules;
  readonly reader = new StepReader();
  readonly units: Uint8Array[] = [];

  constructor(nowMs: () => number) {
    this.rules = new StepRules(nowMs);
  }
}

class FixedLink extends LinkEstimate {
  readonly #bytesPerMs: number;
  readonly #minRttMs: number;

  constructor(bytesPerMs: number, minRttMs: number) {
    super();
    this.#bytesPerMs = bytesPerMs;
    this.#minRttMs = minRttMs;
  }
  override get bytesPerMs(): number {
    return this.#bytesPerMs;
  }
  override get minRttMs(): number {
    return this.#minRttMs;
  }
  override isStale(): boolean {
    return false;
  }
}

class DoubtfulLink extends FixedLink {
  override get pictureBytes(): number {
    return 17_500;
  }
  /** As if pictures were larger than those of the test. */
  override get inFlightBytes(): number {
    const bytes = super.inFlightBytes;
    return bytes === 0 ? 0 : bytes + 40_000;
  }
}

/** A session and its terminal, joined by queues that the test empties, with one clock in the test's hands. */
export class Pair {
  readonly desktop: Desktop;
  readonly #video: boolean;
  readonly #tiles: number;
  readonly #slow: boolean;
  readonly #doubtful: boolean;
  readonly #takesSteps: boolean;
  readonly #shelf: CanvasShelf;
  readonly #lines = new Map<number, Line>();
  readonly #nextFrames = new Map<number, number>();
  readonly #failures: unknown[] = [];
  #nowMs = 1000;
  #steps = new StepLane(() => this.#nowMs);
  #room = true;
  #asked = false;
  #deliverable = true;
  #returned = false;
  #isCut = false;
  films = 0;
  /** Frames with one picture of video. */
  singles = 0;
  steps = 0;

  constructor(size: ScreenSize, { video, threads, tiles, slow, steps, doubtful }: PairOptions) {
    this.desktop = new Desktop(size);
    this.#video = video;
    this.#tiles = tiles;
    this.#slow = slow;
    this.#doubtful = doubtful ?? false;
    this.#takesSteps = steps;
    this.#shelf = threads ? new CanvasShelf() : new HeldShelf();
    this.arrange();
  }

  /** Streams for the outputs as they are, as a session has them: those that serve on go on. */
  arrange(): void {
    for (const [id, line] of this.#lines) {
      if (this.desktop.outputs.some((output) => line.stream.serves(output))) continue;
      this.#nextFrames.set(id, line.stream.nextFrame);
      line.stream[Symbol.dispose]();
      const there = this.desktop.outputs.some((output) => output.id === id);
      if (!there) line.terminal[Symbol.dispose]();
      this.#lines.delete(id);
      if (there) this.#join(id, line);
    }
    for (const { id } of this.desktop.outputs) if (!this.#lines.has(id)) this.#join(id, null);
  }

  /**
   * The link is gone; the same or another terminal comes, which counts frames anew.
   * @param meanwhile happens after the picture was prepared; without it nobody has the time to
   */
  reconnect(meanwhile?: () => void): void {
    this.#returned ||= meanwhile !== undefined;
    if (this.#shelf instanceof HeldShelf) this.#shelf.prepares = meanwhile !== undefined;
    for (const { stream, terminal } of this.#lines.values()) {
      stream[Symbol.dispose]();
      terminal[Symbol.dispose]();
    }
    this.#lines.clear();
    this.#nextFrames.clear();
    this.#steps = new StepLane(() => this.#nowMs);
    meanwhile?.();
    if (this.#shelf instanceof HeldShelf) this.#shelf.prepares = false;
    this.arrange();
  }

  set room(room: boolean) {
    this.#room = room;
  }

  /** Sends into a link that is closing. */
  whileUndeliverable(action: () => void): void {
    this.#deliverable = false;
    action();
    this.tick();
    this.#deliverable = true;
  }

  later(ms: number): void {
    this.#nowMs += ms;
  }

  tick(): void {
    for (const { stream } of this.#lines.values()) stream.tick();
  }

  finishOne(): boolean {
    return this.#shelf instanceof HeldShelf && this.#shelf.finishOne();
  }

  /** @param late the newest frame of each output overtakes the others; where there are steps, whole frames overtake them */
  deliver(late = false): void {
    if (!late) this.#deliverSteps();
    for (const { terminal, down } of this.#lines.values()) {
      const units = down.splice(0);
      if (late && !this.#takesSteps) units.reverse();
      for (const unit of units) {
        const frame = decodeFrameUnit(unit);
        this.#steps.reader.whole(frame.header);
        terminal.receive(frame);
      }
    }
    if (late) this.#deliverSteps();
  }

  #deliverSteps(): void {
    const { reader, units } = this.#steps;
    for (const unit of units.splice(0)) {
      try {
        const step = reader.read(unit);
        if (step) this.#lines.get(step.header.output)?.terminal.receive(step);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        if (!this.#isCut) throw error;
        this.#askForSteps();
      }
    }
  }

  /** As a terminal does after a step that makes no sense. */
  #askForSteps(): void {
    const fields = { type: 'KeyFrameRequest', reason: 1, view: 0 } as const;
    for (const output of this.#steps.reader.broken)
      this.#lines.get(output)?.up.push(encodeDisplay({ ...fields, output }));
  }

  /** Of the steps on their way only the beginning arrives. Without their last bytes alone most could be read, wrongly. */
  cutSteps(): void {
    const { units } = this.#steps;
    this.#isCut ||= units.length > 0;
    units.splice(0, units.length, ...units.map((unit) => unit.subarray(0, 3)));
  }

  /** What the terminal said arrives. */
  answer(): void {
    for (const { stream, up, inFlight } of this.#lines.values()) {
      for (const bytes of up.splice(0)) {
        const message = decodeDisplay(bytes);
        if (message.type === 'FrameAck') {
          this.#steps.rules.acknowledged(message.output, message.frame);
          for (const sent of inFlight.keys()) if (sent <= message.frame) inFlight.delete(sent);
          stream.acknowledged(message.frame, this.#nowMs);
        }
        if (message.type === 'KeyFrameRequest') stream.requestKeyFrame();
      }
    }
  }

  /** Acknowledgements get lost; the session gives those frames up in time. */
  loseAcks(): void {
    for (const { up } of this.#lines.values()) {
      const kept = up.filter((bytes) => decodeDisplay(bytes).type !== 'FrameAck');
      up.splice(0, up.length, ...kept);
    }
    this.later(5000);
  }

  requestKeyFrames({ corrupt }: { corrupt: boolean }): void {
    for (const { terminal, up } of this.#lines.values()) {
      if (corrupt) terminal.corrupt();
      up.push(encodeDisplay({ type: 'KeyFrameRequest', output: 0, reason: 1, view: 0 }));
    }
  }

  /** Promises of this turn are kept. */
  async breathe(): Promise<void> {
    await turn();
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  /** Lets all arrive until there is nothing left to do. @throws Error when that never is */
  async settle(): Promise<void> {
    this.room = true;
    this.desktop.unlock();
    const deadlineMs = performance.now() + MAX_SETTLE_MS;
    for (let rounds = 0; rounds < MAX_ROUNDS && performance.now() < deadlineMs; ) {
      while (this.finishOne());
      await this.breathe();
      this.deliver();
      this.answer();
      this.later(50);
      const lines = [...this.#lines.values()];
      if (lines.every((line) => this.#isIdle(line))) return;
      if (lines.some((line) => this.#isAtWork(line))) continue;
      rounds++;
      if (lines.some(({ terminal }) => terminal.lossy)) this.desktop.touch();
      this.tick();
    }
    throw new Error('it never settles');
  }

  /** @returns what is wrong with what the terminal shows, null when nothing is */
  fault(): string | null {
    for (const output of this.desktop.outputs) {
      const fault = this.#lines.get(output.id)?.terminal.fault(this.desktop.picture(output));
      if (fault !== null) return `output ${output.id}: ${fault ?? 'has no stream'}`;
    }
    return null;
  }

  [Symbol.dispose](): void {
    for (const { stream, terminal } of this.#lines.values()) {
      stream[Symbol.dispose]();
      terminal[Symbol.dispose]();
    }
    while (this.finishOne());
    this.#shelf[Symbol.dispose]();
    this.desktop[Symbol.dispose]();
  }

  #isIdle(line: Line): boolean {
    const { terminal, down, up } = line;
    if (terminal.lossy || down.length > 0 || up.length > 0) return false;
    if (this.#steps.units.length > 0) return false;
    const wanted = this.desktop.outputs.some((output) => this.desktop.scene.needsFrame(output));
    // The first look may be what sets it to work again.
    return (
      !this.#isAtWork(line) &&
      !this.#isAtWork(line) &&
      !wanted &&
      down.length + this.#steps.units.length === 0
    );
  }

  /** A stream that makes a frame does not look whether there is room for another. */
  #isAtWork({ stream }: Line): boolean {
    this.#asked = false;
    stream.tick();
    return !this.#asked;
  }

  #join(id: number, before: Line | null): void {
    const output = this.desktop.outputs.find((each) => each.id === id) as Output;
    const up: Uint8Array[] = before?.up ?? [];
    const down: Uint8Array[] = before?.down ?? [];
    const inFlight = new Map<number, number>();
    const stream = new OutputStream({
      output,
      scene: this.desktop.scene,
      firstFrame: this.#nextFrames.get(id) ?? 1,
      linkHasRoom: () => {
        this.#asked = true;
        return this.#room;
      },
      send: (taken) => {
        if (!this.#deliverable) return false;
        this.#count(inFlight, taken.frame);
        const way = this.#sendStep(id, taken);
        if (way === 'whole') down.push(this.#unitOf(id, taken));
        if (way !== 'relaxed') return true;
        inFlight.delete(taken.frame);
        stream.assumeShown(taken.frame, 0);
        return true;
      },
      nowMs: () => this.#nowMs,
      canvases: this.#shelf,
      video: this.#video,
      fine: true,
      graded: true,
      tiles: this.#tiles,
      ...(this.#slow && { link: new FixedLink(10, 0) }),
      ...(this.#doubtful && { link: new DoubtfulLink(12_500, 10) }),
      onVideoFailure: (error) => this.#failures.push(error),
      onFailure: (error) => this.#failures.push(error),
    });
    const terminal =
      before?.terminal ??
      new Terminal({
        acknowledge: (frame) => {
          const times = { receivedUs: 0, presentedUs: 0, decodeUs: 0 };
          up.push(encodeDisplay({ type: 'FrameAck', frame, output: id, ...times, view: 0 }));
        },
        requestKeyFrame: (reason) =>
          up.push(encodeDisplay({ type: 'KeyFrameRequest', output: id, reason, view: 0 })),
      });
    this.#lines.set(id, { stream, terminal, down, up, inFlight });
  }

  #count(inFlight: Map<number, number>, frame: number): void {
    inFlight.set(frame, this.#nowMs);
    const fresh = [...inFlight.values()].filter((sentMs) => this.#nowMs - sentMs < GIVEN_UP_MS);
    const most = this.#returned ? MAX_PREPARED : MAX_IN_FLIGHT + (this.#doubtful ? HALVES : 0);
    if (fresh.length > most) this.#failures.push(new Error(`${fresh.length} frames on their way`));
  }

  #sendStep(output: number, taken: TakenFrame): 'whole' | 'step' | 'relaxed' {
    const { payload } = taken.encoded;
    const way = this.#steps.rules.choose(headerOf(output, taken), payload.length, this.#takesSteps);
    if (way.kind === 'whole') return 'whole';
    this.#steps.units.push(Buffer.concat([way.head, payload]));
    this.steps++;
    return way.relaxed ? 'relaxed' : 'step';
  }

  #unitOf(output: number, taken: TakenFrame): Uint8Array {
    const { encoded, videos } = taken;
    if (videos.pictures.length > 0) this.films++;
    if (videos.pictures.length === 1) this.singles++;
    const head = encodeFrameHead(headerOf(output, taken));
    return Buffer.concat([...head, encoded.payload, ...videos.payloads]);
  }
}

function headerOf(output: number, taken: TakenFrame): FrameUpdate {
  const { frame, key, encoded, videos, widthPx, heightPx } = taken;
  const { regions, payloadCompressed, payloadFine, checksum, lossy } = encoded;
  return {
    ...({ type: 'FrameUpdate', frame, output, key, payloadCompressed, checksum, lossy } as const),
    ...{ payloadFine, widthPx, heightPx, regions, inputSequence: 0, view: 0 },
    videos: videos.pictures,
  };
}
