import { type Check, decimal, flag, knownKeys, oneOf, table } from './checks.ts';

/** What the section [input] of terminal.toml says. */
export interface InputConfig {
  /** Of pointers: -1 slowest, 0 as usual, 1 fastest. */
  readonly acceleration: number;
  /** Whether fast movements go further than slow ones; null: as libinput has it for the device. */
  readonly profile: 'adaptive' | 'flat' | null;
  /** The page follows the fingers, or the wheel. */
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

const KEYS = ['acceleration', 'profile', 'natural-scroll', 'tap', 'left-handed'] as const;

/** @throws KeyError naming the key. @param where the section's name */
export function parseInput(value: unknown, where: string): InputConfig {
  const section = table(value, where);
  knownKeys(section, KEYS, `${where}.`);
  const take = <T>(key: (typeof KEYS)[number], check: Check<T>, otherwise: T): T =>
    section[key] === undefined ? otherwise : check(section[key], `${where}.${key}`);
  return {
    acceleration: take('acceleration', decimal(-1, 1), INPUT_DEFAULTS.acceleration),
    profile: take('profile', oneOf('adaptive', 'flat'), INPUT_DEFAULTS.profile),
    naturalScroll: take('natural-scroll', flag, INPUT_DEFAULTS.naturalScroll),
    tap: take('tap', flag, INPUT_DEFAULTS.tap),
    leftHanded: take('left-handed', flag, INPUT_DEFAULTS.leftHanded),
  };
}
