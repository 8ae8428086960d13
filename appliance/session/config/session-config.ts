/** When a program of the session is started again after it ended. */
export const RESTARTS = ['never', 'on-failure', 'always'] as const;
export type Restart = (typeof RESTARTS)[number];

/** `auto`: films become video while they move; `software`: the same, never by an encoder in hardware; `off`: every picture is exact. */
export const VIDEO_CHOICES = ['auto', 'software', 'off'] as const;
export type VideoChoice = (typeof VIDEO_CHOICES)[number];

/** A program that starts with the session. */
export interface AutostartEntry {
  /** Of its log too: letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** Given to `sh -c`. Empty in a file: the entry of this name in the file below does not start. */
  readonly command: string;
  readonly restart: Restart;
  readonly delayMs: number;
}

export interface SessionKeyboard {
  readonly layout: string;
  readonly variant: string;
  readonly options: string;
}

/** What session.toml says, all files taken together. An empty command: there is none. */
export interface SessionConfig {
  readonly windowManager: 'floating';
  readonly panel: string;
  readonly launcher: string;
  readonly terminal: string;
  /** Null: no file has a word on it, and the session starts with a terminal. */
  readonly autostart: readonly AutostartEntry[] | null;
  /** Autostart entry with which the session ends; empty: none. */
  readonly endWith: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Null: the layout of the terminal that shows the session. */
  readonly keyboard: SessionKeyboard | null;
  readonly video: VideoChoice;
}

export const DEFAULT_CONFIG: SessionConfig = {
  windowManager: 'floating',
  panel: '',
  launcher: '',
  terminal: 'foot',
  autostart: null,
  endWith: '',
  environment: {},
  keyboard: null,
  video: 'auto',
};
