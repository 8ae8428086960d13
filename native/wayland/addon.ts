import { loadAddon } from '../load.ts';
import type { WaylandBinding } from './binding.d.ts';

export const native = loadAddon<WaylandBinding>('wayland');

const indexMask = 0x3fffff;

/** The table index inside a handle (its low 22 bits; `&` is exact for the low bits of any handle). */
export const indexOf = (handle: number): number => handle & indexMask;
