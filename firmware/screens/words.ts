import { PageKind } from '../../protocol/generated/control.ts';
import type { IconName } from './icons.ts';

/** Pages that a terminal shows by its own decision; the others come by ShowPage. */
export const OWN_PAGES = {
  connecting: 20,
  noServer: 21,
  disconnected: 22,
  serverRefused: 23,
  wrongServer: 24,
  shownElsewhere: 25,
  pin: 26,
  pinBlocked: 27,
  unknownPage: 28,
  noNetwork: 29,
  noAddress: 30,
  serverNotFound: 31,
  clockWrong: 32,
  terminalTooOld: 33,
  serverTooOld: 34,
  information: 35,
  damagedMemory: 36,
  pinWanted: 37,
} as const;

export type PageName = keyof typeof PageKind | keyof typeof OWN_PAGES;

/** Numbers that codes on the screen begin with; docs/on-screen-codes.md lists them. Never given to another page. */
export const PAGE_NUMBERS: Readonly<Record<PageName, number>> = { ...PageKind, ...OWN_PAGES };

interface Words {
  readonly headline: string;
  /** What it means and what to do; a line from the server takes its place. */
  readonly detail: string;
  readonly icon: IconName;
  /** Enter or a click asks for a login. */
  readonly login?: true;
  /** Something is under way and mostly ends before anybody could read this: shown only after a moment. */
  readonly passing?: true;
}

export const WORDS: Readonly<Record<PageName, Words>> = {
  insertCard: {
    headline: 'Insert your card',
    detail: 'Or press Enter to log in without a card.',
    icon: 'card',
    login: true,
  },
  readingCard: {
    headline: 'Reading the card',
    detail: 'Please leave it in the reader.',
    icon: 'reading',
    passing: true,
  },
  unknownCard: {
    headline: 'This card is not known here',
    detail: 'Ask your administrator to register it. Press Enter to log in without a card.',
    icon: 'question',
    login: true,
  },
  refused: {
    headline: 'Not allowed',
    detail: 'This card or account may not be used at this terminal. Ask your administrator.',
    icon: 'stop',
  },
  locked: {
    headline: 'The session is locked',
    detail: 'Insert your card to unlock it, or press Enter to log in.',
    icon: 'lock',
    login: true,
  },
  starting: {
    headline: 'Starting your session',
    detail: 'This takes a moment.',
    icon: 'wait',
    passing: true,
  },
  failed: {
    headline: 'The session cannot be shown',
    detail:
      'Take the card out and insert it again. If that does not help, tell your administrator.',
    icon: 'warning',
    login: true,
  },
  replaced: {
    headline: 'Your session is shown on another terminal',
    detail: 'It was taken over there. To have it here, insert your card again or press Enter.',
    icon: 'elsewhere',
    login: true,
  },
  waitingApproval: {
    headline: 'This terminal waits for approval',
    detail: 'Tell your administrator the code below. It goes on by itself once it is approved.',
    icon: 'wait',
  },
  revoked: {
    headline: 'This terminal may not be used',
    detail: 'Its permission was taken away. Tell your administrator the code below.',
    icon: 'stop',
  },
  nameConflict: {
    headline: 'Another terminal has this name',
    detail: 'Give this one another name, or tell your administrator the code below.',
    icon: 'warning',
  },
  loginTimeout: {
    headline: 'The login took too long',
    detail: 'Insert your card again, or press Enter to log in.',
    icon: 'wait',
    login: true,
  },
  cardRemoved: {
    headline: 'The card was removed',
    detail: 'Your session runs on. Insert the card again to go on here or elsewhere.',
    icon: 'card',
    login: true,
  },
  ended: {
    headline: 'The session has ended',
    detail: 'You are logged out. Insert your card or press Enter to log in.',
    icon: 'done',
    login: true,
  },
  busy: {
    headline: 'The server is busy',
    detail: 'Please wait a moment and try again.',
    icon: 'wait',
    login: true,
  },
  moved: {
    headline: 'Your session was moved',
    detail: 'An administrator has it shown on another terminal.',
    icon: 'elsewhere',
    login: true,
  },
  connecting: { headline: 'Connecting', detail: 'Looking for the server', icon: 'wait' },
  noServer: {
    headline: 'No connection',
    detail: 'The server cannot be reached.',
    icon: 'unplugged',
  },
  disconnected: {
    headline: 'Disconnected',
    detail: 'The connection to the server was lost.',
    icon: 'unplugged',
  },
  serverRefused: {
    headline: 'Refused',
    detail: 'The server does not let this terminal in.',
    icon: 'stop',
  },
  wrongServer: {
    headline: 'This is not the server it was',
    detail: 'Its fingerprint is another one. Tell your administrator.',
    icon: 'warning',
  },
  shownElsewhere: {
    headline: 'Shown elsewhere',
    detail: 'Another terminal took the session over. Press Enter to have it here.',
    icon: 'elsewhere',
    login: true,
  },
  pin: { headline: 'PIN of your card', detail: 'Type it and press Enter.', icon: 'pin' },
  pinBlocked: {
    headline: 'The card is blocked',
    detail: 'Too many wrong PINs. Your administrator can unblock it.',
    icon: 'lock',
  },
  unknownPage: {
    headline: 'Please wait',
    detail: 'The server says something that this terminal is too old to know.',
    icon: 'wait',
  },
  noNetwork: {
    headline: 'No network',
    detail: 'Is the network cable plugged in at both ends? It goes on by itself.',
    icon: 'unplugged',
  },
  noAddress: {
    headline: 'No network address',
    detail: 'The network is there, but gives this terminal no address. It goes on by itself.',
    icon: 'unplugged',
  },
  serverNotFound: {
    headline: 'No server found',
    detail: 'Nothing on this network says where the server is. Ctrl+Alt+I shows more.',
    icon: 'search',
  },
  clockWrong: {
    headline: 'The clock is wrong',
    detail: 'The server refuses this terminal, and the clock of this terminal is wrong.',
    icon: 'wait',
  },
  terminalTooOld: {
    headline: 'This terminal is too old',
    detail: 'The server is newer. Tell your administrator that this terminal needs an update.',
    icon: 'warning',
  },
  serverTooOld: {
    headline: 'The server is too old',
    detail: 'This terminal is newer than its server. Tell your administrator.',
    icon: 'warning',
  },
  information: {
    headline: 'This terminal',
    detail: 'Ctrl+Alt+I closes this page.',
    icon: 'screen',
  },
  damagedMemory: {
    headline: "The terminal's memory is damaged",
    detail: 'Tell your administrator. Ctrl+Alt+I shows what cannot be read.',
    icon: 'warning',
  },
  pinWanted: {
    headline: "The server's fingerprint is wanted",
    detail: 'The one-time code is told to no server without it: write it beside the code (pin).',
    icon: 'warning',
  },
};

const NAMES = new Map(
  Object.entries(PageKind).map(([name, number]) => [number as number, name as PageName]),
);

/** The page of a ShowPage; a newer server may know more pages than this terminal. */
export const pageName = (kind: number): PageName => NAMES.get(kind) ?? 'unknownPage';
