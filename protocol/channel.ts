/** The channels of a link; the numbers are on the wire. */
export const Channel = {
  control: 0,
  input: 1,
  cursor: 2,
  display: 3,
  audio: 4,
  usb: 5,
} as const;
export type Channel = (typeof Channel)[keyof typeof Channel];

export const CHANNELS: readonly Channel[] = Object.values(Channel);

export const isChannel = (value: number): value is Channel =>
  Number.isInteger(value) && value >= 0 && value < CHANNELS.length;

const NAMES = Object.keys(Channel);
export const channelName = (channel: number): string => NAMES[channel] ?? `channel ${channel}`;
