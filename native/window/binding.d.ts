/** The raw addon: arguments are not checked here, index.ts does that. */

/** kind: WR_WINDOW_* of queue.h, which also tells what a to d mean. */
export type RawCallback = (
  kind: number,
  timeUs: number,
  a: number,
  b: number,
  c: number,
  d: number,
) => void;

export interface RawWindow {
  present(bytes: Uint8Array, width: number, height: number, rects: Int32Array): number;
  setCursor(): void;
  setCursor(
    width: number,
    height: number,
    hotspotX: number,
    hotspotY: number,
    argb: Uint8Array,
  ): void;
  setTitle(title: string): void;
  setFullscreen(fullscreen: boolean): void;
  grabKeyboard(grab: boolean): void;
  resize(width: number, height: number): void;
  size(): { width: number; height: number };
  driver(): string;
  close(): void;
}

export interface RawKeyboardNames {
  rules: string;
  model: string;
  layout: string;
  variant: string;
  options: string;
}

export interface WindowAddon {
  Window: new (
    title: string,
    width: number,
    height: number,
    fullscreen: boolean,
    callback: RawCallback,
  ) => RawWindow;
  hostKeyboard(): RawKeyboardNames | null;
  cursorMax: number;
}
