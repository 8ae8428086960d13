/** Colours as SVG has them; text on its ground has a contrast of at least 7:1, in high contrast 21:1. */
export interface Theme {
  readonly ground: string;
  readonly text: string;
  readonly faint: string;
  readonly field: string;
  readonly border: string;
  readonly button: string;
  readonly primary: string;
  readonly onPrimary: string;
  readonly focus: string;
  readonly error: string;
  /** Of borders, in units. */
  readonly line: number;
  readonly focusLine: number;
}

export const THEMES: Readonly<Record<'normal' | 'high', Theme>> = {
  normal: {
    ground: '#131a24',
    text: '#f1f4f8',
    faint: '#b4bfcd',
    field: '#0b1017',
    border: '#66748a',
    button: '#243042',
    primary: '#2f6fd0',
    onPrimary: '#ffffff',
    focus: '#8fc3ff',
    error: '#ffb3a8',
    line: 1,
    focusLine: 3,
  },
  high: {
    ground: '#000000',
    text: '#ffffff',
    faint: '#ffffff',
    field: '#000000',
    border: '#ffffff',
    button: '#000000',
    primary: '#ffffff',
    onPrimary: '#000000',
    focus: '#ffff00',
    error: '#ffffff',
    line: 2,
    focusLine: 5,
  },
};
