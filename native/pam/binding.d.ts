/** The raw addon: arguments are not checked here, index.ts does that. */
export interface RawPrompt {
  /** 0 secret, 1 visible, 2 info, 3 error */
  style: number;
  text: Buffer;
}

/** kind 0: prompts; kind 1: a call's PAM code; kind 2: the transaction has ended */
export type RawListener = (kind: number, value: RawPrompt[] | number) => void;

export interface RawTransaction {
  /** False while another call is under way. */
  run(call: string, text?: string): boolean;
  /** One per prompt of the round, null where none is asked for; false when nobody waits. */
  answer(answers: (Uint8Array | null)[]): boolean;
  refuse(): boolean;
  user(): string | null;
  environment(): string[];
  close(): void;
}

export interface PamAddon {
  /** Its creation is its first call: the listener hears how it went. */
  Transaction: new (
    service: string,
    user: string,
    confdir: string,
    listener: RawListener,
  ) => RawTransaction;
  codeName(code: number): string;
  promptsMax: number;
  answerMax: number;
}
