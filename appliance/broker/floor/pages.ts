import { PageKind } from '../../../protocol/generated/control.ts';
import type { LeaveReason } from '../../../protocol/session/effect.ts';

interface ToldPage {
  readonly page: PageKind;
  readonly detail?: string;
}

/** What a terminal shows once a session has left it, by the reason. */
export const LEAVE_PAGES: Readonly<Record<LeaveReason, ToldPage>> = {
  replaced: { page: PageKind.replaced },
  moved: { page: PageKind.moved },
  starting: { page: PageKind.starting },
  startsElsewhere: {
    page: PageKind.busy,
    detail: 'Your session is just starting at another terminal. Try again in a moment.',
  },
  cardRemoved: { page: PageKind.cardRemoved },
  terminalLost: { page: PageKind.insertCard },
  otherSession: { page: PageKind.readingCard },
  loginTimeout: { page: PageKind.loginTimeout },
  idle: {
    page: PageKind.insertCard,
    detail: 'Nobody was here for a while, so the session was put aside.',
  },
  failed: { page: PageKind.failed },
  administrator: {
    page: PageKind.moved,
    detail: 'An administrator took the session from this terminal.',
  },
  asked: { page: PageKind.insertCard },
  ended: { page: PageKind.ended },
};
