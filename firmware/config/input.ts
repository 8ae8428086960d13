/** `[input]` of terminal.toml. */
export interface InputConfig {
  /** -1 slowest, 0 as usual, 1 fastest. */
  readonly acceleration: number;
  /** Whether fast movements go further; null: as libinput has it for the device. */
  readonly profile: 'adaptive' | 'flat' | null;
  readonly naturalScroll: boolean;
  /** Tapping a touchpad clicks. */
  readonly tap: boolean;
  readonly leftHanded: boolean;
}

export const INPUT_DEFAULTS: InputConfig = {
  acceleration: 0,
  profile: null,
  naturalScroll: false,
  tap: true,
  leftHanded: false,
};
