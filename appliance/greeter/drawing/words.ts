import type { State } from '../conversation/state.ts';

const MINUTE_MS = 60_000;

/** What stands above the fields. */
export function titleOf({ step, login }: State): string {
  if (step.kind === 'starting') return 'One moment …';
  if (step.kind === 'accepted' || step.kind === 'told') return 'Welcome';
  if (login?.reason === 'unlock') return 'The session is locked';
  return 'Log in';
}

/** Who it is about, where that is known. */
export function personOf({ login, step, user }: State): string {
  if (!login) return '';
  const known = login.shownName ?? login.user ?? '';
  if (login.fixed) return known;
  return step.kind === 'name' || step.kind === 'starting' ? '' : user || known;
}

/** What went wrong, with the time that is left to wait. */
export function failureOf({ step, failure, nowMs }: State): string {
  if (step.kind !== 'failed' || step.untilMs === null) return failure;
  const leftMs = step.untilMs - nowMs;
  if (leftMs <= 0) return failure;
  const left =
    leftMs > 2 * MINUTE_MS
      ? `${Math.ceil(leftMs / MINUTE_MS)} minutes`
      : `${Math.ceil(leftMs / 1000)} s`;
  return `${failure} Try again in ${left}.`.trim();
}

/** PAM's prompts end in a colon, which a label does not. */
export const labelOf = (prompt: string): string => prompt.replace(/[\s:]+$/u, '') || 'Answer';

export function clockOf({ hello, nowMs }: State): { time: string; date: string } {
  const locale = hello?.locale ?? 'en-GB';
  const now = new Date(nowMs);
  try {
    return {
      time: new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(now),
      date: new Intl.DateTimeFormat(locale, {
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        year: 'numeric',
      }).format(now),
    };
  } catch {
    // A tag that no language has.
    return { time: now.toTimeString().slice(0, 5), date: now.toDateString() };
  }
}

export function keyboardName({ hello, keyboard }: State): string {
  const known = hello?.layouts?.find(
    ({ layout, variant }) => layout === keyboard.layout && variant === keyboard.variant,
  );
  if (known) return known.name;
  return keyboard.variant ? `${keyboard.layout} (${keyboard.variant})` : keyboard.layout;
}
