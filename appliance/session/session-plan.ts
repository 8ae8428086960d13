import type { Compositor } from '../compositor/compositor.ts';
import type { AutostartEntry, SessionKeyboard, VideoChoice } from './config/session-config.ts';
import { homeProblem } from './home.ts';
import type { CompositorOptions } from './options.ts';

/** What a session starts, by itself and by keys. An empty command: nothing. */
export interface SessionPlan {
  /** Started by Super+Return. */
  readonly terminal: string;
  /** Started by Super+Space. */
  readonly launcher: string;
  readonly start: readonly AutostartEntry[];
  /** The one with which the session ends; empty: none. */
  readonly endWith: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly keyboard: SessionKeyboard | null;
  readonly video: VideoChoice;
  /** What is wrong with session.toml or the person's home. */
  readonly problems: readonly string[];
}

type Choices = Pick<
  CompositorOptions,
  'exec' | 'greeter' | 'controlSocket' | 'systemConfig' | 'userConfig' | 'sessionChoice'
>;

const NOTHING: SessionPlan = {
  terminal: '',
  launcher: '',
  start: [],
  endWith: '',
  environment: {},
  keyboard: null,
  video: 'auto',
  problems: [],
};

/**
 * An explicit command is the whole session; without one session.toml says what is in it. A greeter ends with its login
 * program, so that the broker starts another one.
 */
export async function planSession(options: Choices): Promise<SessionPlan> {
  const { exec, greeter, controlSocket } = options;
  if (exec === undefined) return greeter || controlSocket ? NOTHING : configuredPlan(options);
  const start = [{ name: 'application', command: exec, restart: 'never', delayMs: 0 }] as const;
  return { ...NOTHING, start, ...(greeter ? { endWith: 'application' } : { terminal: exec }) };
}

async function configuredPlan({
  systemConfig,
  userConfig,
  sessionChoice,
}: Choices): Promise<SessionPlan> {
  // Greeters and single-user sessions need no parser in their memory.
  const { loadSessionConfig } = await import('./config/load.ts');
  const { config, problems } = loadSessionConfig(
    { system: systemConfig, user: userConfig },
    sessionChoice ?? null,
  );
  const { terminal, launcher, panel, environment, keyboard, video, endWith } = config;
  const first = { name: 'terminal', command: terminal, restart: 'never', delayMs: 0 } as const;
  const bar = { name: 'panel', command: panel, restart: 'always', delayMs: 0 } as const;
  const start = [bar, ...(config.autostart ?? [first])].filter(({ command }) => command !== '');
  const home = homeProblem();
  const all = home === null ? problems : [home, ...problems];
  return { terminal, launcher, start, endWith, environment, keyboard, video, problems: all };
}

/** Sets the session's own layout; where xkb does not know it the plan has none, and says so. */
export function withKeyboard(plan: SessionPlan, { seat }: Pick<Compositor, 'seat'>): SessionPlan {
  if (!plan.keyboard) return plan;
  try {
    seat.setKeyboardNames({ rules: '', model: '', ...plan.keyboard });
    return plan;
  } catch {
    const { layout, variant, options } = plan.keyboard;
    const names = [layout, variant, options].filter((name) => name !== '').join(' ');
    const problem = `session.toml: keyboard: expected names that XKB knows, not ${names}`;
    return { ...plan, keyboard: null, problems: [...plan.problems, problem] };
  }
}
