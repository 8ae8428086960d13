import { splitFrameNumber } from './frame-number.ts';
import { nativeProgram } from './native-programs.ts';
import type { OwnedProcess, Processes } from './processes.ts';
import type { Place } from './windows.ts';

const answerMs = 5000;

export interface Rectangle extends Place {
  readonly width: number;
  readonly height: number;
}

export interface ShownFrame {
  readonly tag: number;
  readonly frame: number;
  /** CLOCK_MONOTONIC, when it was found on the viewer's screen */
  readonly timeNs: number;
}

export interface Observation {
  readonly frames: readonly ShownFrame[];
  /** CLOCK_MONOTONIC of each key press, in order */
  readonly keyTimesNs: readonly number[];
  /** Of a drag: when the pointer made each step. */
  readonly steps: readonly TimedStep[];
  /** Of a drag: when the window was found where that step puts it. */
  readonly places: readonly TimedStep[];
}

export interface TimedStep {
  /** From 1 */
  readonly step: number;
  /** CLOCK_MONOTONIC */
  readonly timeNs: number;
}

/** A click and when the screen showed what it did; CLOCK_MONOTONIC in ns. */
export interface AnsweredClick {
  readonly pressedNs: number;
  readonly seenNs: number;
}

/** The eyes and hands of the bench at one viewer's screen. */
export class Observer {
  readonly #process: OwnedProcess;

  private constructor(process: OwnedProcess) {
    this.#process = process;
  }

  static async open(processes: Processes, display: string): Promise<Observer> {
    const child = processes.start({
      name: 'observer',
      command: nativeProgram('observer'),
      args: [],
      env: { DISPLAY: display },
    });
    await child.explain('start', child.output.next(answerMs));
    return new Observer(child);
  }

  /** Resolves when a frame of the slice is on the screen. */
  async untilShown(tag: number, timeoutMs: number): Promise<void> {
    await this.#ask(`await ${tag}`, timeoutMs);
  }

  /** Resolves with the time in ns at which every part of a still picture was on the screen. */
  async untilWhole(timeoutMs: number): Promise<number> {
    return Number((await this.#ask('whole', timeoutMs)).split(' ')[1]);
  }

  /** Names the picture for untilFinal(), in a file as save() writes it. */
  async load(file: string): Promise<void> {
    const answer = await this.#ask(`load ${file}`, answerMs);
    if (answer !== 'loaded') throw new Error(`observer: load ${file}: ${answer}`);
  }

  /**
   * Resolves when the loaded picture is on the screen, or refinementMs after every part of it was there.
   * @returns CLOCK_MONOTONIC in ns
   */
  async untilFinal(
    timeoutMs: number,
    refinementMs: number,
  ): Promise<{ wholeNs: number; exactNs: number | undefined }> {
    const answer = await this.#ask(`final ${refinementMs}`, timeoutMs + refinementMs);
    const [, whole, exact] = answer.split(' ').map(Number) as [number, number, number];
    return { wholeNs: whole, exactNs: exact || undefined };
  }

  /** Resolves when the viewer shows nothing of the workload. */
  async untilBlank(timeoutMs: number): Promise<void> {
    await this.#ask('blank', timeoutMs);
  }

  /** Resolves when the last key is pressed. */
  async type(count: number): Promise<void> {
    await this.#ask(`type ${count}`, count * 240 + answerMs);
  }

  /** Tells what is about to be shown, and with it where a frame's second barcode is. */
  async expect(scene: string): Promise<void> {
    await this.#ask(`scene ${scene}`, answerMs);
  }

  /** Where the barcode of this value is on the screen now. */
  async find(value: number): Promise<Place | undefined> {
    const [answer, x, y] = (await this.#ask(`find ${value}`, answerMs)).split(' ');
    return answer === 'found' ? { x: Number(x), y: Number(y) } : undefined;
  }

  async point({ x, y }: Place): Promise<void> {
    await this.#ask(`point ${x} ${y}`, answerMs);
  }

  /** Clicks where the pointer is; resolves when there is this barcode at the place, or no longer is. */
  async click(place: Place, value: number, present: boolean): Promise<AnsweredClick> {
    const command = `click ${place.x} ${place.y} ${value} ${present ? 1 : 0}`;
    const [, pressed, seen] = (await this.#ask(command, answerMs)).split(' ');
    return { pressedNs: Number(pressed), seenNs: Number(seen) };
  }

  /** Drags a window with Alt, whose barcode is at its upper left corner, 30 steps a second. */
  async drag(value: number, window: Rectangle, steps: number): Promise<void> {
    const { x, y, width, height } = window;
    const command = `drag ${value} ${x} ${y} ${width} ${height} ${steps}`;
    await this.#ask(command, steps * 34 + answerMs);
  }

  /** Saves the screen as 0x00RRGGBB words; undefined when no whole frame was on it. */
  async save(file: string): Promise<{ tag: number; frame: number } | undefined> {
    const [answer, value] = (await this.#ask(`save ${file}`, answerMs)).split(' ');
    return answer === 'saved' ? splitFrameNumber(Number(value)) : undefined;
  }

  /** What happened since the last report. */
  async report(): Promise<Observation> {
    const frames: ShownFrame[] = [];
    const keyTimesNs: number[] = [];
    const steps: TimedStep[] = [];
    const places: TimedStep[] = [];
    let line = await this.#ask('report', answerMs);
    for (; !line.startsWith('end '); line = await this.#process.output.next(answerMs)) {
      const [kind, value, time] = line.split(' ');
      if (kind === 'key') keyTimesNs.push(Number(time));
      else if (kind === 'step') steps.push({ step: Number(value), timeNs: Number(time) });
      else if (kind === 'place') places.push({ step: Number(value), timeNs: Number(time) });
      else frames.push({ ...splitFrameNumber(Number(value)), timeNs: Number(time) });
    }
    if (line !== 'end 0') throw new Error('observer: its log was full');
    return { frames, keyTimesNs, steps, places };
  }

  #ask(command: string, timeoutMs: number): Promise<string> {
    this.#process.write(command);
    return this.#process.explain(command, this.#process.output.next(timeoutMs));
  }
}
