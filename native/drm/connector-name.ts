/** The kernel's names of connector types, by its numbers. */
const TYPES = [
  'Unknown',
  'VGA',
  'DVI-I',
  'DVI-D',
  'DVI-A',
  'Composite',
  'SVIDEO',
  'LVDS',
  'Component',
  'DIN',
  'DP',
  'HDMI-A',
  'HDMI-B',
  'TV',
  'eDP',
  'Virtual',
  'DSI',
  'DPI',
  'Writeback',
  'SPI',
  'USB',
] as const;

/** As in /sys/class/drm, e.g. `HDMI-A-1`. */
export const connectorName = (type: number, typeId: number): string =>
  `${TYPES[type] ?? 'Unknown'}-${typeId}`;
