import { loadAddon } from '../load.ts';
import type { PixelsAddon } from './binding.d.ts';

export const addon = loadAddon<PixelsAddon>('pixels');
