import { direct } from './direct.ts';
import type { Peer } from './peer.ts';
import { tigerVnc } from './tigervnc.ts';
import { wayray, wayrayLossless } from './wayray.ts';
import { wayvnc } from './wayvnc.ts';

export const peers: readonly Peer[] = [
  wayray,
  wayrayLossless,
  tigerVnc({ name: 'tigervnc-240', frameRate: 240, lossless: false }),
  tigerVnc({ name: 'tigervnc-60', frameRate: 60, lossless: false }),
  tigerVnc({ name: 'tigervnc-240-lossless', frameRate: 240, lossless: true }),
  wayvnc,
  direct,
];

/** Those of a run that names none. */
export const usualPeers: readonly string[] = [
  ...['wayray', 'wayray-lossless', 'tigervnc-240', 'tigervnc-60', 'sway-wayvnc'],
];
