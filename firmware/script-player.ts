import type { HeadlessOutput } from './display/headless-display.ts';
import type { Input } from './input/input-sender.ts';
import type { AwaitedShown, ScriptStep } from './input/script.ts';

export interface ScriptTarget {
  input(input: Input): void;
  resize(width: number, height: number, output: number | undefined): void;
  /** Monitors come and go; only without a real display. */
  plug(output: HeadlessOutput): void;
  unplug(output: number): void;
  change(output: number, to: HeadlessOutput): void;
  /** Resolves when the picture has settled after all that was sent. */
  settled(): Promise<void>;
  token(action: 'insert' | 'remove'): void;
  shown(what: AwaitedShown): Promise<void>;
}

/** Plays a script to its end. */
export async function playScript(
  steps: readonly ScriptStep[],
  target: ScriptTarget,
): Promise<void> {
  for (const step of steps) {
    switch (step.kind) {
      case 'input':
        target.input(step.input);
        break;
      case 'wait':
        await new Promise((resolve) => setTimeout(resolve, step.ms));
        break;
      case 'settle':
        await target.settled();
        break;
      case 'token':
        target.token(step.action);
        break;
      case 'await':
        await target.shown(step.shown);
        break;
      case 'resize':
        target.resize(step.width, step.height, step.output);
        break;
      case 'plug':
        target.plug(step.output);
        break;
      case 'unplug':
        target.unplug(step.output);
        break;
      case 'change':
        target.change(step.output, step.to);
        break;
    }
  }
}
