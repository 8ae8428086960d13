import { hostname } from 'node:os';
import { FINE_CAPABILITY } from '../../protocol/fine-capability.ts';
import {
  type Hello,
  type KeyboardNames,
  type OutputInfo,
  Role,
} from '../../protocol/generated/control.ts';
import { GRADED_CAPABILITY } from '../../protocol/graded-capability.ts';
import { STEP_CAPABILITY } from '../../protocol/step-capability.ts';
import { DEFAULT_TILES, tileCapabilityName } from '../../protocol/tile-capability.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../../protocol/version.ts';
import { videoCapabilities } from '../display/native-video.ts';
import { VERSION } from '../version.ts';

export interface HelloFacts {
  /** undefined: the host's */
  readonly name: string | undefined;
  readonly keyboard: KeyboardNames;
  readonly outputs: OutputInfo[];
  /** One-time code, may be empty. */
  readonly credential: string;
}

/** What wrclient says first. */
export function makeHello({ name, keyboard, outputs, credential }: HelloFacts): Hello {
  return {
    type: 'Hello',
    major: PROTOCOL_MAJOR,
    minor: PROTOCOL_MINOR,
    role: Role.terminal,
    software: `wrclient ${VERSION}`,
    capabilities: [
      ...videoCapabilities(),
      FINE_CAPABILITY,
      GRADED_CAPABILITY,
      tileCapabilityName(DEFAULT_TILES),
      STEP_CAPABILITY,
    ],
    terminalName: (name ?? hostname()).slice(0, 64),
    outputs,
    keyboard,
    credential,
  };
}
