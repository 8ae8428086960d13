import type { Logger } from '../../protocol/node/log.ts';
import type { Compositor } from '../compositor/compositor.ts';
import type { Applications } from './application.ts';
import { Autostart } from './autostart.ts';
import { DesktopHint } from './desktop-hint.ts';
import type { SessionPlan } from './session-plan.ts';
import { KEYS, superBinding } from './super-binding.ts';

/** Two of them fit the line. */
const MAX_COMMAND = 28;

export interface SessionDesktopDeps {
  readonly plan: SessionPlan;
  readonly compositor: Compositor;
  readonly applications: Applications;
  readonly log: Logger;
  /** Words on the empty desktop: how to start something, and what went wrong. */
  readonly showsHint: boolean;
  /** The program with which the session ends has ended. */
  readonly onOver: (name: string) => void;
}

/** What the person in a session finds: programs that run, keys that start more, and words where both are missing. */
export class SessionDesktop {
  readonly #deps: SessionDesktopDeps;
  readonly #hint: DesktopHint | null;
  readonly #autostart: Autostart;
  #launcherRuns = false;

  constructor(deps: SessionDesktopDeps) {
    this.#deps = deps;
    const { plan, compositor, applications, log } = deps;
    for (const problem of plan.problems)
      log.error({ problem }, 'the session is not as it should be');
    this.#hint = deps.showsHint ? openHint(deps) : null;
    applications.onEnded = (name, end) => {
      if (!this.#isExpectedToEnd(name)) this.#hint?.applicationEnded(name, end);
    };
    this.#autostart = new Autostart({
      start: (entry, onEnded) => applications.start(entry, onEnded),
      clock: compositor.clock,
      log,
      onGivenUp: (name) => this.#hint?.applicationGivenUp(name),
      onOver: (name) => {
        if (name === plan.endWith) deps.onOver(name);
      },
    });
    const { interceptors } = compositor.seat;
    if (plan.terminal) interceptors.push(superBinding(KEYS.return, () => this.#startTerminal()));
    if (plan.launcher) interceptors.push(superBinding(KEYS.space, () => this.#startLauncher()));
  }

  start(): void {
    for (const entry of this.#deps.plan.start) this.#autostart.add(entry);
  }

  /** Nothing is started any more. */
  [Symbol.dispose](): void {
    this.#autostart[Symbol.dispose]();
  }

  /** A launcher that was dismissed says so by its status; what starts again is told of when it does not any more. */
  #isExpectedToEnd(name: string): boolean {
    const entry = this.#deps.plan.start.find((one) => one.name === name);
    return name === 'launcher' || (entry !== undefined && entry.restart !== 'never');
  }

  #startTerminal(): void {
    const { plan, applications } = this.#deps;
    applications.start({ name: 'terminal', command: plan.terminal });
  }

  #startLauncher(): void {
    if (this.#launcherRuns) return;
    this.#launcherRuns = true;
    const { plan, applications } = this.#deps;
    applications.start({ name: 'launcher', command: plan.launcher }, () => {
      this.#launcherRuns = false;
    });
  }
}

function openHint({ plan, compositor, log }: SessionDesktopDeps): DesktopHint {
  const { terminal, launcher, problems } = plan;
  const ways = [
    ...(terminal ? [`Super+Return starts ${shortened(terminal)}`] : []),
    ...(launcher ? [`Super+Space starts ${shortened(launcher)}`] : []),
  ];
  return new DesktopHint({
    scene: compositor.scene,
    outputs: compositor.outputs,
    ways: ways.join(', '),
    problems,
    onError: (error) => log.error({ err: error }, 'the hint on the desktop could not be drawn'),
  });
}

function shortened(command: string): string {
  return command.length <= MAX_COMMAND ? command : `${command.slice(0, MAX_COMMAND - 1)}…`;
}
