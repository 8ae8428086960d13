/** The raw addon: arguments are not checked here, index.ts does that. Calls give 0 or an errno where they give a number. */
export interface RawAccount {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
}

export interface ProcessAddon {
  peerOf(fd: number): { pid: number; uid: number; gid: number } | number;
  peerGroupsOf(fd: number): number[] | number;
  findGroup(name: string): { gid: number } | number;
  hideMemory(): number;
  returnBigBlocks(): number;
  giveBackFreed(): void;
  giveBackUnused(keepsProgram: boolean): void;
  keepDescriptors(): number;
  takeShortTurns(): number;
  findAccount(name: string): RawAccount | number;
  findAccountOf(uid: number): RawAccount | number;
}
