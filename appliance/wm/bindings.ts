import type { Binding, Modifier } from './policy.ts';

export const BTN_LEFT = 0x110;
export const BTN_RIGHT = 0x111;

/** From xkbcommon-keysyms.h. */
export const Keysym = {
  isoLeftTab: 0xfe20,
  tab: 0xff09,
  left: 0xff51,
  up: 0xff52,
  right: 0xff53,
  down: 0xff54,
  f4: 0xffc1,
} as const;

/** The keys and buttons of the floating policy. */
export const floatingBindings: readonly Binding[] = [
  { name: 'close', modifiers: ['Alt'], trigger: { keysym: Keysym.f4 } },
  { name: 'next', modifiers: ['Alt'], trigger: { keysym: Keysym.tab }, until: 'Alt' },
  { name: 'previous', modifiers: ['Alt', 'Shift'], trigger: { keysym: Keysym.tab }, until: 'Alt' },
  { name: 'left', modifiers: ['Super'], trigger: { keysym: Keysym.left } },
  { name: 'right', modifiers: ['Super'], trigger: { keysym: Keysym.right } },
  { name: 'up', modifiers: ['Super'], trigger: { keysym: Keysym.up } },
  { name: 'down', modifiers: ['Super'], trigger: { keysym: Keysym.down } },
  { name: 'move', modifiers: ['Alt'], trigger: { button: BTN_LEFT } },
  { name: 'resize', modifiers: ['Alt'], trigger: { button: BTN_RIGHT } },
];

function sameModifiers(wanted: readonly Modifier[], held: ReadonlySet<Modifier>): boolean {
  return wanted.length === held.size && wanted.every((modifier) => held.has(modifier));
}

/** Shift turns Tab into ISO_Left_Tab on every layout; bindings name the unshifted key. */
function unshifted(keysym: number): number {
  return keysym === Keysym.isoLeftTab ? Keysym.tab : keysym;
}

export function findKeyBinding(
  bindings: readonly Binding[],
  keysym: number,
  held: ReadonlySet<Modifier>,
): Binding | undefined {
  return bindings.find(
    ({ trigger, modifiers }) =>
      'keysym' in trigger && trigger.keysym === unshifted(keysym) && sameModifiers(modifiers, held),
  );
}

export function findButtonBinding(
  bindings: readonly Binding[],
  button: number,
  held: ReadonlySet<Modifier>,
): Binding | undefined {
  return bindings.find(
    ({ trigger, modifiers }) =>
      'button' in trigger && trigger.button === button && sameModifiers(modifiers, held),
  );
}
