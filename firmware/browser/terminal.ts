import { Bar } from './bar.ts';
import { BrowserTerminal } from './browser-terminal.ts';
import { dial } from './dial.ts';
import { FullScreen } from './full-screen.ts';
import { Keyboard, platformOf } from './keyboard.ts';
import { LayoutChoice } from './layout-choice.ts';
import { keyboardNames } from './layouts.ts';
import { Pointer, type PointerDeps } from './pointer.ts';
import { SessionView } from './session-view.ts';
import { TouchPanel } from './touch-panel.ts';
import { outputOf, WindowSize } from './window-size.ts';
import { Notice } from './words.ts';

const OUTPUT = 0;
const HINT_MS = 6000;

function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page lacks #${id}`);
  return found as T;
}

const nowUs = (): number => Math.round(performance.now() * 1000);
const screen = element('screen');
screen.tabIndex = 0;

const view = new SessionView({ screen, canvas: element<HTMLCanvasElement>('picture') }, nowUs);
const layout = new LayoutChoice(element<HTMLSelectElement>('layout'), () =>
  terminal.keyboardChanged(),
);
const size = new WindowSize(screen, () => {
  view.rescale();
  terminal.outputChanged();
});
const notice = new Notice(
  {
    root: document.documentElement,
    headline: element('headline'),
    detail: element('detail'),
    action: element<HTMLButtonElement>('act'),
    code: element('code'),
  },
  () => terminal.act(),
);
const terminal: BrowserTerminal = new BrowserTerminal({
  dial,
  view,
  nowUs,
  output: () => outputOf(OUTPUT, size.current),
  keyboard: () => keyboardNames(layout.id),
  showWords: (words) => {
    forget();
    showHint('');
    notice.show(words);
  },
  showSession: () => {
    if (notice.state === 'attached') return;
    notice.hide();
    welcome();
    if (!bar.hasFocus) screen.focus({ preventScroll: true });
  },
});

const bar = new Bar({
  bar: element('bar'),
  handle: element('handle'),
  back: element('back'),
  screen,
});
const hint = element('hint');
let hintTimer: ReturnType<typeof setTimeout> | undefined;
function showHint(text: string): void {
  clearTimeout(hintTimer);
  hint.textContent = text;
  hintTimer = setTimeout(() => {
    hint.textContent = '';
  }, HINT_MS);
}

let welcomed = false;
/** Nothing else on the page shows that there is a bar. */
function welcome(): void {
  if (welcomed) return;
  welcomed = true;
  showHint("Ctrl+Alt+G, or the pointer at rest at the top edge, calls the terminal's bar.");
}

const fullScreenButton = element<HTMLButtonElement>('fullscreen');
const fullScreen = new FullScreen((active, hasAllKeys) => {
  fullScreenButton.textContent = active ? 'Leave full screen' : 'Full screen';
  if (!active) return showHint('');
  const keys = hasAllKeys ? 'All keys go to the session. Hold Esc to leave full screen. ' : '';
  showHint(`${keys}Ctrl+Alt+G leads to the bar.`);
});
fullScreenButton.hidden = !fullScreen.possible;
fullScreenButton.addEventListener('click', () => {
  bar.close();
  void fullScreen.toggle();
});

const keyboard = new Keyboard({
  platform: platformOf(navigator.userAgent),
  key: (code, pressed) => terminal.input({ type: 'Key', code, pressed }),
  onRelease: () => {
    releaseAll();
    fullScreen.giveKeysBack();
    bar.open();
  },
  onFullScreen: () => {
    releaseAll();
    void fullScreen.toggle();
  },
});
const pointerDeps: PointerDeps = {
  element: screen,
  output: OUTPUT,
  scale: () => size.current.scale,
  send: (input) => terminal.input(input),
};
const pointer = new Pointer(pointerDeps);
const touchPanel = new TouchPanel(pointerDeps);

function forget(): void {
  keyboard.forget();
  pointer.forget();
  touchPanel.forget();
}

/** Whatever is lifted while nobody tells the page would stay pressed in the session. */
function releaseAll(): void {
  forget();
  terminal.releaseAll();
}

screen.addEventListener('keydown', keyboard.handle);
screen.addEventListener('keyup', keyboard.handle);
screen.addEventListener('focus', () => void fullScreen.takeKeys());
screen.addEventListener('blur', releaseAll);
window.addEventListener('blur', releaseAll);
window.addEventListener('pagehide', () => terminal.leave());
window.addEventListener('pageshow', (event) => {
  if (event.persisted) terminal.connect();
});
window.addEventListener('online', () => terminal.hurry());
document.addEventListener('visibilitychange', () => {
  if (document.hidden) releaseAll();
  else terminal.hurry();
});

await layout.look();
terminal.connect();
