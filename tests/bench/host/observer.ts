import { splitFrameNumber } from './frame-number.ts';
import { nativeProgram } from './native-programs.ts';
import type { OwnedProcess, Processes } from './processes.ts';

const answerMs = 5000;

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

  /** Resolves when the viewer shows nothing of the workload. */
  async untilBlank(timeoutMs: number): Promise<void> {
    await this.#ask('blank', timeoutMs);
  }

  /** Resolves when the last key is pressed. */
  async type(count: number): Promise<void> {
    await this.#ask(`type ${count}`, count * 240 + answerMs);
  }

  /** Saves the screen as 0x00RRGGBB words; undefined when no frame was on it. */
  async save(file: string): Promise<{ tag: number; frame: number } | undefined> {
    const [answer, value] = (await this.#ask(`save ${file}`, answerMs)).split(' ');
    return answer === 'saved' ? splitFrameNumber(Number(value)) : undefined;
  }

  /** What happened since the last report. */
  async report(): Promise<Observation> {
    const frames: ShownFrame[] = [];
    const keyTimesNs: number[] = [];
    let line = await this.#ask('report', answerMs);
    for (; !line.startsWith('end '); line = await this.#process.output.next(answerMs)) {
      const [kind, value, time] = line.split(' ');
      if (kind === 'key') keyTimesNs.push(Number(time));
      else frames.push({ ...splitFrameNumber(Number(value)), timeNs: Number(time) });
    }
    if (line !== 'end 0') throw new Error('observer: its log was full');
    return { frames, keyTimesNs };
  }

  #ask(command: string, timeoutMs: number): Promise<string> {
    this.#process.write(command);
    return this.#process.explain(command, this.#process.output.next(timeoutMs));
  }
}
