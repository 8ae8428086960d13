import type { KeyboardNames } from '../../protocol/generated/control.ts';

/** An XKB layout that the person can choose: `layout` or `layout:variant`. */
export interface Layout {
  readonly id: string;
  readonly name: string;
}

export const LAYOUTS: readonly Layout[] = [
  { id: 'us', name: 'English (US)' },
  { id: 'us:intl', name: 'English (US, international)' },
  { id: 'us:altgr-intl', name: 'English (US, international with AltGr)' },
  { id: 'us:dvorak', name: 'English (Dvorak)' },
  { id: 'us:colemak', name: 'English (Colemak)' },
  { id: 'gb', name: 'English (UK)' },
  { id: 'be', name: 'Belgian' },
  { id: 'br', name: 'Portuguese (Brazil)' },
  { id: 'bg', name: 'Bulgarian' },
  { id: 'ca', name: 'French (Canada)' },
  { id: 'hr', name: 'Croatian' },
  { id: 'cz', name: 'Czech' },
  { id: 'dk', name: 'Danish' },
  { id: 'nl', name: 'Dutch' },
  { id: 'ee', name: 'Estonian' },
  { id: 'fi', name: 'Finnish' },
  { id: 'fr', name: 'French' },
  { id: 'fr:bepo', name: 'French (BEPO)' },
  { id: 'de', name: 'German' },
  { id: 'de:nodeadkeys', name: 'German (no dead keys)' },
  { id: 'at', name: 'German (Austria)' },
  { id: 'ch', name: 'German (Switzerland)' },
  { id: 'ch:fr', name: 'French (Switzerland)' },
  { id: 'gr', name: 'Greek' },
  { id: 'il', name: 'Hebrew' },
  { id: 'hu', name: 'Hungarian' },
  { id: 'is', name: 'Icelandic' },
  { id: 'it', name: 'Italian' },
  { id: 'jp', name: 'Japanese' },
  { id: 'kr', name: 'Korean' },
  { id: 'lv', name: 'Latvian' },
  { id: 'lt', name: 'Lithuanian' },
  { id: 'no', name: 'Norwegian' },
  { id: 'pl', name: 'Polish' },
  { id: 'pt', name: 'Portuguese' },
  { id: 'ro', name: 'Romanian' },
  { id: 'ru', name: 'Russian' },
  { id: 'sk', name: 'Slovak' },
  { id: 'si', name: 'Slovenian' },
  { id: 'es', name: 'Spanish' },
  { id: 'latam', name: 'Spanish (Latin America)' },
  { id: 'se', name: 'Swedish' },
  { id: 'tr', name: 'Turkish' },
  { id: 'ua', name: 'Ukrainian' },
];

const DEFAULT_LAYOUT = 'us';

export const isLayout = (id: string): boolean => LAYOUTS.some((layout) => layout.id === id);

export function layoutName(id: string): string {
  return LAYOUTS.find((layout) => layout.id === id)?.name ?? id;
}

export function keyboardNames(id: string): KeyboardNames {
  const [layout = DEFAULT_LAYOUT, variant = ''] = id.split(':');
  return { rules: 'evdev', model: 'pc105', layout, variant, options: '' };
}

/** What the plain keys print, by KeyboardEvent.code: navigator.keyboard.getLayoutMap(). */
export interface KeyLabels {
  get(code: string): string | undefined;
}

interface Signature {
  readonly layout: string;
  readonly keys: Readonly<Record<string, string>>;
}

/** The first signature whose keys all agree names the layout: those that say more stand above those that say less. */
const SIGNATURES: readonly Signature[] = [
  { layout: 'be', keys: { KeyQ: 'a', KeyW: 'z', Equal: '-' } },
  { layout: 'fr', keys: { KeyQ: 'a', KeyW: 'z' } },
  { layout: 'fr:bepo', keys: { KeyQ: 'b', KeyW: 'é' } },
  { layout: 'us:dvorak', keys: { KeyQ: "'", KeyW: ',' } },
  { layout: 'us:colemak', keys: { KeyE: 'f', KeyR: 'p' } },
  { layout: 'de', keys: { KeyY: 'z', Semicolon: 'ö', Minus: 'ß' } },
  { layout: 'ch', keys: { KeyY: 'z', Semicolon: 'ö' } },
  { layout: 'ch:fr', keys: { KeyY: 'z', Semicolon: 'é', Quote: 'à' } },
  { layout: 'hu', keys: { KeyY: 'z', Semicolon: 'é' } },
  { layout: 'cz', keys: { Semicolon: 'ů' } },
  { layout: 'sk', keys: { Semicolon: 'ô' } },
  { layout: 'hr', keys: { KeyY: 'z', Semicolon: 'č' } },
  { layout: 'es', keys: { Semicolon: 'ñ', Quote: '´' } },
  { layout: 'es', keys: { Semicolon: 'ñ', BracketLeft: '`' } },
  { layout: 'latam', keys: { Semicolon: 'ñ' } },
  { layout: 'it', keys: { Semicolon: 'ò' } },
  { layout: 'pt', keys: { Semicolon: 'ç', BracketLeft: '+' } },
  { layout: 'br', keys: { Semicolon: 'ç' } },
  { layout: 'se', keys: { Semicolon: 'ö', Quote: 'ä' } },
  { layout: 'dk', keys: { Semicolon: 'æ', Quote: 'ø' } },
  { layout: 'no', keys: { Semicolon: 'ø', Quote: 'æ' } },
  { layout: 'is', keys: { Semicolon: 'æ', BracketLeft: 'ð' } },
  { layout: 'tr', keys: { KeyI: 'ı' } },
  { layout: 'ua', keys: { KeyQ: 'й', KeyS: 'і' } },
  { layout: 'ru', keys: { KeyQ: 'й' } },
  { layout: 'gr', keys: { KeyW: 'ς' } },
  { layout: 'jp', keys: { BracketLeft: '@', Quote: ':' } },
  { layout: 'gb', keys: { KeyQ: 'q', Semicolon: ';', Backslash: '#' } },
  { layout: 'us:intl', keys: { KeyQ: 'q', Semicolon: ';', Quote: '´' } },
];

/** Layouts that print the same as the US one on their plain keys, so that only the language can tell them. */
const BY_LANGUAGE: Readonly<Record<string, string>> = {
  'de-at': 'at',
  'de-ch': 'ch',
  de: 'de',
  'fr-be': 'be',
  'fr-ca': 'ca',
  'fr-ch': 'ch:fr',
  fr: 'fr',
  'en-gb': 'gb',
  'en-ie': 'gb',
  en: 'us',
  'es-es': 'es',
  es: 'es',
  it: 'it',
  'pt-br': 'br',
  pt: 'pt',
  nl: 'nl',
  'nl-be': 'be',
  sv: 'se',
  da: 'dk',
  nb: 'no',
  nn: 'no',
  no: 'no',
  fi: 'fi',
  is: 'is',
  pl: 'pl',
  cs: 'cz',
  sk: 'sk',
  sl: 'si',
  hr: 'hr',
  hu: 'hu',
  ro: 'ro',
  bg: 'bg',
  el: 'gr',
  tr: 'tr',
  ru: 'ru',
  uk: 'ua',
  he: 'il',
  et: 'ee',
  lv: 'lv',
  lt: 'lt',
  ja: 'jp',
  ko: 'kr',
};

/** Languages whose usual keyboard prints what the US one prints while nothing else is pressed. */
const LIKE_US: readonly string[] = ['pl', 'ro', 'nl', 'kr', 'il', 'bg', 'us'];
const LIKE_SWEDISH: readonly string[] = ['fi', 'ee', 'se'];
const LIKE_GERMAN: readonly string[] = ['de', 'at'];

/**
 * Guesses the person's layout.
 * @param labels null where the browser does not tell what its keys print
 * @param languages as in navigator.languages
 */
export function guessLayout(labels: KeyLabels | null, languages: readonly string[]): string {
  const spoken = layoutOfLanguages(languages);
  if (!labels?.get('KeyQ')) return spoken;
  const seen = SIGNATURES.find(({ keys }) =>
    Object.entries(keys).every(([code, label]) => labels.get(code) === label),
  )?.layout;
  const alike = [LIKE_US, LIKE_SWEDISH, LIKE_GERMAN].find((group) =>
    group.includes(seen ?? DEFAULT_LAYOUT),
  );
  if (alike?.includes(spoken)) return spoken;
  return seen ?? DEFAULT_LAYOUT;
}

function layoutOfLanguages(languages: readonly string[]): string {
  for (const language of languages) {
    const lower = language.toLowerCase();
    const layout = BY_LANGUAGE[lower] ?? BY_LANGUAGE[lower.split('-')[0] ?? ''];
    if (layout) return layout;
  }
  return DEFAULT_LAYOUT;
}
