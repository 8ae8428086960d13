import { loadAddon } from '../load.ts';
import type { WaylandClientBinding } from './binding.d.ts';

export const native = loadAddon<WaylandClientBinding>('wayland-client');
