/** The raw addon: arguments are not checked here, index.ts does that. */
export interface RawNames {
  rules: string;
  model: string;
  layout: string;
  variant: string;
  options: string;
}

export interface RawModifiers {
  depressed: number;
  latched: number;
  locked: number;
  group: number;
}

export interface RawKeymap {
  text(): string;
  close(): void;
}

export interface RawState {
  key(code: number, pressed: boolean): boolean;
  modifiers(): RawModifiers;
  setModifiers(depressed: number, latched: number, locked: number, group: number): void;
  keysym(code: number): number;
  keysymName(code: number): string;
  isModifierActive(name: string): boolean;
  leds(): number;
  repeats(code: number): boolean;
  close(): void;
}

export interface RawCompose {
  feed(keysym: number): number;
  reset(): void;
  close(): void;
}

export interface XkbAddon {
  /** By names, or from a keymap's text. */
  Keymap: new (
    from: RawNames | string,
  ) => RawKeymap;
  Compose: new (locale: string) => RawCompose;
  codePoint(keysym: number): number;
  State: new (keymap: RawKeymap) => RawState;
  codeMax: number;
}
