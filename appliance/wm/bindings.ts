import type { Binding, Modifier } from './policy.ts';

export const BTN_LEFT = 0x110;
export const BTN_RIGHT = 0x111;

/** The keys and buttons of the floating policy. */
export const floatingBindings: readonly Binding[] = [
  { name: 'close', modifiers: ['Alt'], trigger: { key: 'F4' } },
  { name: 'next', modifiers: ['Alt'], trigger: { key: 'Tab' }, until: 'Alt' },
  { name: 'previous', modifiers: ['Alt', 'Shift'], trigger: { key: 'Tab' }, until: 'Alt' },
  { name: 'left', modifiers: ['Super'], trigger: { key: 'Left' } },
  { name: 'right', modifiers: ['Super'], trigger: { key: 'Right' } },
  { name: 'up', modifiers: ['Super'], trigger: { key: 'Up' } },
  { name: 'down', modifiers: ['Super'], trigger: { key: 'Down' } },
  { name: 'move', modifiers: ['Alt'], trigger: { button: BTN_LEFT } },
  { name: 'resize', modifiers: ['Alt'], trigger: { button: BTN_RIGHT } },
];

function sameModifiers(wanted: readonly Modifier[], held: ReadonlySet<Modifier>): boolean {
  return wanted.length === held.size && wanted.every((modifier) => held.has(modifier));
}

/** Shift turns Tab into ISO_Left_Tab on every layout; bindings name the unshifted key. */
function unshifted(keysym: string): string {
  return keysym === 'ISO_Left_Tab' ? 'Tab' : keysym;
}

export function findKeyBinding(
  bindings: readonly Binding[],
  keysym: string,
  held: ReadonlySet<Modifier>,
): Binding | undefined {
  return bindings.find(
    ({ trigger, modifiers }) =>
      'key' in trigger && trigger.key === unshifted(keysym) && sameModifiers(modifiers, held),
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
