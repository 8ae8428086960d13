import type { Framebuffer } from '../../native/pixels/index.ts';
import type { KeyboardNames, OutputInfo } from '../../protocol/generated/control.ts';
import type { CursorImage } from '../../protocol/generated/cursor.ts';
import type { Input } from '../input/input-sender.ts';
import type { Page } from '../screens/page.ts';
import type { NativePicture } from './native-picture.ts';

/** What a display tells the terminal. */
export interface DisplayEvents {
  /** Places are of the upright picture of an output. */
  input(input: Input): void;
  /** The person looks elsewhere: nothing stays pressed. */
  releaseAll(): void;
  /** The outputs are others, or other in size. */
  resized(): void;
  /** The person wants to leave. */
  closed(): void;
}

/** Where wrclient shows a session: a window, memory, the machine's own monitors. */
export interface Display {
  /** Never empty; the first is the primary one, which has the pages. An id stays with its screen while that is connected. */
  readonly outputs: readonly OutputInfo[];
  /**
   * Shows the changed rectangles (x, y, w, h each) of an output's picture.
   * While a page is shown they are kept for the time after it. Of an output that is gone nothing is shown.
   * @param onPresented called once with CLOCK_MONOTONIC ns when they are on the screen
   */
  present(
    output: number,
    picture: NativePicture,
    damage: Int32Array,
    onPresented: (timeNs: number) => void,
  ): void;
  /** null: no pointer */
  setCursor(image: CursorImage | null): void;
  /** Lights of the keyboards: bit 0 Num Lock, 1 Caps Lock, 2 Scroll Lock. */
  setLeds(mask: number): void;
  /** A page instead of the pictures, drawn aside: until it is, what was shown before stays. null: the pictures are shown. */
  showPage(page: Page | null): void;
  /** Overwrites every copy that it has of the pictures and lets go of them; without a page the screens are dark. */
  blank(): void;
  /** What a person sees now, upright, once it is drawn; null for the dark. @param output default: the primary one */
  look(output?: number): Promise<Framebuffer | null>;
  /** Does for an output what it does once for the first picture. @param dark of zeros, and the caller's */
  warmUp?(output: number, dark: NativePicture): void;
  /** Gets ready to show pages without delay; worth it when nothing else is to do. */
  prepare(): Promise<void>;
  /** Changes the size as a person would; a window may get another one. @param output default: the primary one */
  resize(width: number, height: number, output?: number): void;
  /** The layout of the host's keyboard where the display knows it. */
  readonly hostKeyboard: Pick<
    KeyboardNames,
    'rules' | 'model' | 'layout' | 'variant' | 'options'
  > | null;
  /** Keyboards, pointers and the like, for people; without it they are the desktop's. */
  readonly devices?: readonly string[];
  close(): void;
}
