import { audio } from './audio.ts';
import { control } from './control.ts';
import { cursor } from './cursor.ts';
import { display } from './display.ts';
import { input } from './input.ts';
import type { ChannelSchema } from './types.ts';
import { usb } from './usb.ts';

export const channels: readonly ChannelSchema[] = [control, input, cursor, display, audio, usb];
