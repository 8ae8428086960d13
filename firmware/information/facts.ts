import type { OutputInfo } from '../../protocol/generated/control.ts';
import type { Candidate, Discovery } from '../discovery/candidate.ts';
import type { Network } from '../discovery/network.ts';
import type { PageName } from '../screens/words.ts';

/** A page that was shown, for whoever asks later what the code was. */
export interface PastPage {
  readonly atMs: number;
  readonly code: string;
  readonly name: PageName;
  readonly headline: string;
}

/** What wrclient knows beside its session. */
export interface HostFacts {
  readonly name: string;
  readonly version: string;
  readonly network: Network;
  /** The server of the last good link, or the one that is tried. */
  readonly server: Candidate | null;
  readonly found: Discovery | null;
  readonly nowMs: number;
  readonly clockWrong: boolean;
  /** What is wrong with terminal.toml and with what the terminal keeps. */
  readonly problems: readonly string[];
}

/** All that the information page tells. */
export interface Facts extends HostFacts {
  /** SHA-256 of the terminal's certificate. */
  readonly fingerprint: string | null;
  /** Of the server that the terminal is connected to. */
  readonly serverFingerprint: string | null;
  readonly connected: boolean;
  /** Why not. */
  readonly failure: string | null;
  /** Of a one-time code that is still to be used. */
  readonly enrolment: string | null;
  /** The latest first. */
  readonly pages: readonly PastPage[];
  readonly outputs: readonly OutputInfo[];
  /** null: they are the desktop's */
  readonly devices: readonly string[] | null;
  readonly readers: readonly string[];
}
