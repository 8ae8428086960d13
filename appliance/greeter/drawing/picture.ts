import { elementsOf } from '../conversation/elements.ts';
import type { ElementId, State } from '../conversation/state.ts';
import { form } from './form.ts';
import { menu } from './menu.ts';
import { button, type Piece } from './piece.ts';
import { beginning, plain, textAt, textWidth } from './text.ts';
import { THEMES, type Theme } from './theme.ts';
import { clockOf, keyboardName } from './words.ts';

const BAR = 50;
const COLUMN = 460;
const LARGE = 1.45;
const SMALLEST_ZOOM = 0.4;

/** What is shown, in units of `zoom` logical pixels. */
export interface View {
  readonly zoom: number;
  readonly ground: string;
  readonly pieces: readonly Piece[];
}

/** @param size of the surface, in logical pixels */
export function picture(state: State, size: { width: number; height: number }): View {
  // A big screen is looked at from further away, or has small pixels.
  const base = Math.min(2, Math.max(1, size.height / 800));
  let zoom = base * (state.large ? LARGE : 1);
  for (;;) {
    const view = drawn(state, zoom, { width: size.width / zoom, height: size.height / zoom });
    if (view.fits || zoom < SMALLEST_ZOOM) return view;
    zoom *= 0.9;
  }
}

function drawn(
  state: State,
  zoom: number,
  { width, height }: { width: number; height: number },
): View & { fits: boolean } {
  const theme = THEMES[state.contrast];
  const columnWidth = Math.min(COLUMN, width - 24);
  const x = Math.round((width - columnWidth) / 2);
  const head = header(state, theme, width);
  const foot = bar(state, theme, width, height);
  const y = Math.round(Math.max(head.bottom + 10, height * 0.26));
  const body = form(state, theme, { x, y, width: columnWidth });
  return {
    zoom,
    ground: theme.ground,
    pieces: [
      ...head.pieces,
      ...body.pieces,
      ...foot.pieces,
      ...menu(state, theme, { width, height }),
    ],
    fits: body.bottom <= foot.top - 8,
  };
}

function header(state: State, theme: Theme, width: number): { pieces: Piece[]; bottom: number } {
  const { hello } = state;
  const middle = width / 2;
  const machine = hello ? [hello.host, hello.terminal].filter(Boolean).join(' · ') : '';
  const name = beginning(plain(machine), 14, width - 24);
  const { time, date } = clockOf(state);
  const style = { anchor: 'middle', colour: theme.text } as const;
  const clock =
    textAt(time, middle, 44, { ...style, size: 42 }) +
    textAt(date, middle, 70, { ...style, size: 16, colour: theme.faint });
  return {
    pieces: [
      {
        key: 'machine',
        element: null,
        x: 0,
        y: 6,
        width,
        height: 24,
        svg: textAt(name, 12, 17, { size: 14, colour: theme.faint }),
      },
      { key: 'clock', element: null, x: 0, y: 34, width, height: 82, svg: clock },
    ],
    bottom: 116,
  };
}

function bar(
  state: State,
  theme: Theme,
  width: number,
  height: number,
): { pieces: Piece[]; top: number } {
  const labels: Partial<Record<ElementId, string>> = {
    keyboard: `Keyboard: ${plain(keyboardName(state))}`,
    contrast: state.contrast === 'high' ? 'Normal contrast (F8)' : 'High contrast (F8)',
    large: state.large ? 'Normal text (F9)' : 'Large text (F9)',
    shutdown: 'Shut down',
  };
  const all = elementsOf({ ...state, menu: null }).filter((id) => labels[id] !== undefined);
  const places: { id: ElementId; x: number; row: number; width: number }[] = [];
  let [x, row] = [8, 0];
  for (const id of all) {
    const wide = Math.min(260, width - 16, textWidth(labels[id] ?? '', 15) + 52);
    if (x > 8 && x + wide > width - 8) [x, row] = [8, row + 1];
    places.push({ id, x, row, width: wide });
    x += wide;
  }
  const top = height - (row + 1) * BAR;
  const pieces = places.map((place) => {
    const { id } = place;
    const box = { x: place.x, y: top + place.row * BAR, width: place.width, height: BAR - 4 };
    const look = {
      focused: state.focus === id && !state.menu,
      mark: id === 'keyboard' ? '▾' : '',
    };
    return button(id, box, labels[id] ?? '', theme, look);
  });
  return { pieces, top };
}
