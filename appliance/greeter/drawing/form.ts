import { answerIndex, choosesSession, elementsOf, fieldsOf } from '../conversation/elements.ts';
import type { FieldId, State } from '../conversation/state.ts';
import { type Box, button, frame, GAP, type Piece } from './piece.ts';
import { ending, plain, textAt, textWidth, wrapped } from './text.ts';
import type { Theme } from './theme.ts';
import { failureOf, labelOf, personOf, titleOf } from './words.ts';

const LINE = 21;
const FIELD = { height: 50, text: 18 };
const LABEL = 22;
const BUTTON = { height: 50, width: 150 };
const CAPS_LOCK = 'Caps Lock is on';

/** Puts one thing below the other. */
class Column {
  readonly pieces: Piece[] = [];
  readonly #x: number;
  readonly width: number;
  y: number;

  constructor(x: number, y: number, width: number) {
    this.#x = x;
    this.y = y;
    this.width = width;
  }

  box(height: number): Box {
    const box = { x: this.#x, y: this.y, width: this.width, height };
    this.y += height;
    return box;
  }

  lines(key: string, lines: readonly string[], size: number, colour: string, bold = false): void {
    if (lines.length === 0) return;
    const step = size + 6;
    const svg = lines.map((line, at) =>
      textAt(line, GAP + 2, at * step + size, { size, colour, bold }),
    );
    this.pieces.push({
      key,
      element: null,
      svg: svg.join(''),
      ...this.box(lines.length * step + 6),
    });
  }
}

/** What is asked, and the buttons below. @returns the pieces, and where they end */
export function form(
  state: State,
  theme: Theme,
  area: { x: number; y: number; width: number },
): { pieces: Piece[]; bottom: number } {
  const column = new Column(area.x, area.y, area.width);
  column.lines('title', [titleOf(state)], 26, theme.text, true);
  column.lines('person', wrapped(personOf(state), 19, area.width - 10, 1), 19, theme.text);
  told(state, theme, column);
  for (const field of fieldsOf(state)) {
    column.pieces.push(...fieldPieces(state, theme, field, column));
  }
  if (choosesSession(state)) {
    const name = state.hello?.sessions[state.session]?.name ?? '';
    const look = { focused: state.focus === 'session', mark: '▾' };
    column.pieces.push(button('session', column.box(BUTTON.height), plain(name), theme, look));
  }
  column.y += 8;
  buttons(state, theme, column);
  return { pieces: column.pieces, bottom: column.y };
}

function told(state: State, theme: Theme, column: Column): void {
  const width = column.width - 10;
  const failure = failureOf(state);
  if (failure) {
    const lines = wrapped(`⚠ ${failure}`, 16, width, 4);
    column.lines('failure', lines, 16, theme.error, true);
  }
  for (const [at, notice] of state.notices.entries()) {
    const error = notice.style === 'error';
    const lines = wrapped(error ? `⚠ ${notice.text}` : notice.text, 16, width, 4);
    column.lines(`notice:${at}`, lines, 16, error ? theme.error : theme.faint, error);
  }
  if (state.step.kind === 'working') column.lines('working', ['One moment …'], 16, theme.faint);
}

function fieldPieces(state: State, theme: Theme, field: FieldId, column: Column): Piece[] {
  const { step } = state;
  const at = answerIndex(field);
  const prompt = step.kind === 'prompts' ? step.prompts[at] : undefined;
  const answer = step.kind === 'prompts' ? step.answers[at] : undefined;
  const secret = prompt?.style === 'secret';
  const focused = state.focus === field && !state.menu;
  const label = prompt ? labelOf(plain(prompt.text)) : 'User name';
  const lines = wrapped(label, 15, column.width - 10, 3);
  column.lines(`label:${field}`, lines, 15, theme.text);
  const box = column.box(FIELD.height);
  const content = secret
    ? dots(answer?.characters ?? 0, box, theme, focused)
    : words(prompt ? (answer?.text ?? '') : state.user, box, theme, focused);
  const svg = frame(box, theme, theme.field, focused) + content;
  const pieces: Piece[] = [{ key: field, element: field, ...box, svg }];
  if (secret && focused && state.capsLock) {
    const note = textAt(`⇪ ${CAPS_LOCK}`, GAP + 2, 16, {
      size: 15,
      colour: theme.error,
      bold: true,
    });
    pieces.push({ key: 'capsLock', element: null, svg: note, ...column.box(LABEL) });
  }
  column.y += 6;
  return pieces;
}

function caret(x: number, box: Box, theme: Theme): string {
  return `<rect x="${x}" y="${box.height / 2 - 12}" width="2" height="24" fill="${theme.text}"/>`;
}

/** Not one dot per character beyond what fits: the end of it. */
function dots(count: number, box: Box, theme: Theme, focused: boolean): string {
  const step = 14;
  const most = Math.floor((box.width - 48) / step);
  const shown = Math.min(count, most);
  const circles = Array.from(
    { length: shown },
    (_, at) =>
      `<circle cx="${22 + at * step}" cy="${box.height / 2}" r="4.5" fill="${theme.text}"/>`,
  );
  return circles.join('') + (focused ? caret(16 + shown * step, box, theme) : '');
}

/** The caret follows the text by its estimated width, so it stands in the text's own flow instead. */
function words(text: string, box: Box, theme: Theme, focused: boolean): string {
  const size = FIELD.text;
  const shown = ending(text, size, box.width - 50);
  const end = focused ? '▏' : '';
  if (textWidth(shown, size) === 0 && focused) return caret(16, box, theme);
  return textAt(shown + end, 16, box.height / 2 + 6.5, { size, colour: theme.text });
}

function buttons(state: State, theme: Theme, column: Column): void {
  const all = elementsOf({ ...state, menu: null });
  const labels = {
    submit: state.login?.reason === 'unlock' ? 'Unlock' : 'Continue',
    cancel: 'Cancel',
  };
  const wanted = (['submit', 'cancel'] as const).filter((id) => all.includes(id));
  if (wanted.length === 0) return;
  const row = column.box(BUTTON.height);
  for (const [at, id] of wanted.entries()) {
    const box = { ...row, x: row.x + at * BUTTON.width, width: BUTTON.width };
    const look = { focused: state.focus === id && !state.menu, primary: id === 'submit' };
    column.pieces.push(button(id, box, labels[id], theme, look));
  }
  column.y += LINE - 11;
}
