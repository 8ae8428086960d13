/** Line drawings on a field of 48 by 48, drawn with the current stroke. */
const CARD =
  '<rect x="5" y="12" width="38" height="25" rx="4"/><rect x="11" y="20" width="8" height="7" rx="1.5"/>';
const RING = '<circle cx="24" cy="24" r="18"/>';
const SCREEN = '<rect x="5" y="8" width="26" height="19" rx="2.5"/><path d="M18 27v6M11 33h14"/>';

export const ICONS = {
  card: `${CARD}<path d="M25 30h12"/>`,
  reading: `${CARD}<path d="M25 22a6 6 0 0 1 0 9M30 19a10 10 0 0 1 0 15M35 17a14 14 0 0 1 1 17"/>`,
  question: `${CARD}<path d="M27 21a4 4 0 1 1 5 4c-1.5.6-1.5 1.5-1.5 2.5M30.5 31.5v.1"/>`,
  stop: `${RING}<path d="M11.3 11.3l25.4 25.4"/>`,
  lock: '<rect x="9" y="21" width="30" height="21" rx="3"/><path d="M15 21v-6a9 9 0 0 1 18 0v6M24 29v6"/>',
  wait: `${RING}<path d="M24 13v11l7 5"/>`,
  warning: '<path d="M24 6l20 35H4z"/><path d="M24 18v11M24 35v.1"/>',
  elsewhere: `${SCREEN}<path d="M31 38h11M38 33.5l5 4.5-5 4.5"/>`,
  search: '<circle cx="21" cy="21" r="13"/><path d="M30.5 30.5L42 42M21 15v8M21 27v.1"/>',
  screen:
    '<rect x="6" y="9" width="36" height="24" rx="3"/><path d="M24 33v7M15 40h18M24 16v.1M24 21v6"/>',
  done: `${RING}<path d="M15 24.5l6.5 6.5L33.5 17.5"/>`,
  unplugged: '<path d="M4 24h9M35 24h9M13 17h5v14h-5zM30 17h5v14h-5zM18 20.5h4M18 27.5h4"/>',
  pin: '<rect x="9" y="6" width="30" height="36" rx="4"/><path d="M17 15v.1M24 15v.1M31 15v.1M17 24v.1M24 24v.1M31 24v.1M24 33v.1"/>',
} as const;

export type IconName = keyof typeof ICONS;
