import { elementsOf, itemsOf } from '../conversation/elements.ts';
import type { State } from '../conversation/state.ts';
import { button, frame, type Piece } from './piece.ts';
import { plain, textAt } from './text.ts';
import type { Theme } from './theme.ts';

const ROW = 46;
const HEAD = 52;
const TITLES = { session: 'Session', keyboard: 'Keyboard', shutdown: 'Shut the server down?' };

/** What lies over everything else while something is chosen. */
export function menu(
  state: State,
  theme: Theme,
  { width, height }: { readonly width: number; readonly height: number },
): Piece[] {
  if (!state.menu) return [];
  const items = itemsOf(state);
  const labels = state.menu === 'shutdown' ? ['No, go back', 'Shut down'] : items;
  const most = Math.max(1, Math.floor((height - HEAD - 60) / ROW));
  const focused = state.focus ? elementsOf(state).indexOf(state.focus) : 0;
  const first = Math.max(0, Math.min(focused - (most >> 1), labels.length - most));
  const shown = labels.slice(first, first + most);
  const box = {
    width: Math.min(380, width - 20),
    height: HEAD + shown.length * ROW + 14,
  };
  const panel = {
    ...box,
    x: Math.round((width - box.width) / 2),
    y: Math.round((height - box.height) / 2),
  };
  const title = textAt(TITLES[state.menu], 24, 36, { size: 18, colour: theme.text, bold: true });
  const back: Piece = {
    key: 'menu',
    element: null,
    ...panel,
    svg: frame(panel, theme, theme.ground, false) + title,
  };
  const ids = elementsOf(state).slice(first, first + most);
  const rows = ids.map((id, at) => {
    const place = { x: panel.x + 14, y: panel.y + HEAD + at * ROW, width: panel.width - 28 };
    const look = { focused: state.focus === id };
    return button(id, { ...place, height: ROW }, plain(shown[at] ?? ''), theme, look);
  });
  return [back, ...rows];
}
