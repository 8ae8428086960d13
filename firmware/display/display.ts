import type { Framebuffer } from '../../native/pixels/index.ts';
import type { KeyboardNames } from '../../protocol/generated/control.ts';
import type { CursorImage } from '../../protocol/generated/cursor.ts';
import type { Input } from '../input/input-sender.ts';
import type { Page } from '../screens/page.ts';
import type { NativePicture } from './native-picture.ts';

/** What a display tells the terminal. */
export interface DisplayEvents {
  input(input: Input): void;
  /** The person looks elsewhere: nothing stays pressed. */
  releaseAll(): void;
  /** The picture should have this size, in pixels. */
  resized(width: number, height: number): void;
  /** The person wants to leave. */
  closed(): void;
}

/** Where wrclient shows a session: a window, memory, later KMS. */
export interface Display {
  /**
   * Shows the changed rectangles (x, y, w, h each) of the picture.
   * While a page is shown they are kept for the time after it.
   * @param onPresented called once with CLOCK_MONOTONIC ns when they are on the screen
   */
  present(picture: NativePicture, damage: Int32Array, onPresented: (timeNs: number) => void): void;
  /** null: no pointer */
  setCursor(image: CursorImage | null): void;
  /** A page instead of the picture, drawn aside: until it is, what was shown before stays. null: the picture is shown. */
  showPage(page: Page | null): void;
  /** Overwrites every copy that it has of the picture and lets go of it; without a page the screen is dark. */
  blank(): void;
  /** What a person sees now, once it is drawn; null for the dark. */
  look(): Promise<Framebuffer | null>;
  /** Gets ready to show pages without delay; worth it when nothing else is to do. */
  prepare(): Promise<void>;
  readonly size: { width: number; height: number };
  /** Changes the size as a person would; a window may get another one. */
  resize(width: number, height: number): void;
  /** The layout of the host's keyboard where the display knows it. */
  readonly hostKeyboard: Pick<
    KeyboardNames,
    'rules' | 'model' | 'layout' | 'variant' | 'options'
  > | null;
  close(): void;
}
