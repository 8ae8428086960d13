import { makePage } from '../screens/page.ts';
import { type PageName, pageName, WORDS } from '../screens/words.ts';
import type { Words } from './words.ts';

/** A browser has no reader and no page of its own for PINs: what a terminal says of cards says nothing here. */
const WITHOUT_CARDS: Partial<Record<PageName, Pick<Words, 'headline' | 'detail'>>> = {
  insertCard: { headline: 'Log in', detail: 'Your session is shown here as soon as you have.' },
  unknownCard: { headline: 'Log in', detail: 'Your session is shown here as soon as you have.' },
  locked: { headline: WORDS.locked.headline, detail: 'Log in to unlock it.' },
  failed: {
    headline: WORDS.failed.headline,
    detail: 'Try again. If that does not help, tell your administrator.',
  },
  replaced: {
    headline: WORDS.replaced.headline,
    detail: 'It was taken over there. Log in to have it here again.',
  },
  loginTimeout: { headline: WORDS.loginTimeout.headline, detail: 'Log in again.' },
  cardRemoved: { headline: 'Your session runs on', detail: 'Log in to go on with it here.' },
  ended: { headline: WORDS.ended.headline, detail: 'You are logged out.' },
};

/** The words of a ShowPage as a browser says them; a line of the server's takes the place of its own. */
export function pageWords(message: { page: number; code: string; detail: string }): Words {
  const name = pageName(message.page);
  const said = makePage(name, message.detail, message.code);
  const own = WITHOUT_CARDS[name];
  return {
    state: 'page',
    headline: own?.headline ?? said.headline,
    detail: message.detail.trim() ? said.detail : (own?.detail ?? said.detail),
    code: said.code,
    ...(WORDS[name].login ? { action: 'Log in' } : {}),
  };
}

/** It mostly ends before anybody could read it. */
export const isPassing = (message: { page: number }): boolean =>
  WORDS[pageName(message.page)].passing === true;
