/** The raw addon: arguments are not checked here, index.ts does that. `status` is 0 or a PC/SC code. */
export interface RawReader {
  readonly name: string;
  readonly flags: number;
  readonly events: number;
  readonly atr: Uint8Array;
}

export type WatchCallback = (status: number, readers: RawReader[], timeUs: number) => void;
/** `ended` comes last, once the link's thread has gone. */
export type LinkCallback = (id: number, status: number, answer: Uint8Array, ended: boolean) => void;

export interface CardAddon {
  startWatch(tell: WatchCallback): number;
  stopWatch(watch: number): void;
  startLink(done: LinkCallback): number;
  /** What is under way goes on and is told; what waits is dropped without a word. */
  stopLink(link: number): void;
  open(link: number, id: number, reader: string): void;
  reopen(link: number, id: number): void;
  begin(link: number, id: number): void;
  end(link: number, id: number, reset: boolean): void;
  transmit(link: number, id: number, command: Uint8Array): void;
}
