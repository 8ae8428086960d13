import type { Facts } from './definition.ts';

export const layerShellV1: readonly Facts[] = [
  {
    interface: 'zwlr_layer_shell_v1',
    requests: [
      {
        name: 'get_layer_surface',
        args: [
          { name: 'id', type: 'new_id', interface: 'zwlr_layer_surface_v1' },
          { name: 'surface', type: 'object', interface: 'wl_surface' },
          { name: 'output', type: 'object', interface: 'wl_output', nullable: true },
          { name: 'layer', type: 'uint' },
          { name: 'namespace', type: 'string' },
        ],
      },
      { name: 'destroy', since: 3, destructor: true },
    ],
    enums: {
      error: { role: 0, invalid_layer: 1, already_constructed: 2 },
      layer: { background: 0, bottom: 1, top: 2, overlay: 3 },
    },
  },
  {
    interface: 'zwlr_layer_surface_v1',
    requests: [
      {
        name: 'set_size',
        args: [
          { name: 'width', type: 'uint' },
          { name: 'height', type: 'uint' },
        ],
      },
      { name: 'set_anchor', args: [{ name: 'anchor', type: 'uint' }] },
      { name: 'set_exclusive_zone', args: [{ name: 'zone', type: 'int' }] },
      {
        name: 'set_margin',
        args: [
          { name: 'top', type: 'int' },
          { name: 'right', type: 'int' },
          { name: 'bottom', type: 'int' },
          { name: 'left', type: 'int' },
        ],
      },
      {
        name: 'set_keyboard_interactivity',
        args: [{ name: 'keyboard_interactivity', type: 'uint' }],
      },
      { name: 'get_popup', args: [{ name: 'popup', type: 'object', interface: 'xdg_popup' }] },
      { name: 'ack_configure', args: [{ name: 'serial', type: 'uint' }] },
      { name: 'destroy', destructor: true },
      { name: 'set_layer', since: 2, args: [{ name: 'layer', type: 'uint' }] },
    ],
    events: [
      {
        name: 'configure',
        args: [
          { name: 'serial', type: 'uint' },
          { name: 'width', type: 'uint' },
          { name: 'height', type: 'uint' },
        ],
      },
      { name: 'closed' },
    ],
    enums: {
      keyboard_interactivity: { none: 0, exclusive: 1, on_demand: [2, 4] },
      error: {
        invalid_surface_state: 0,
        invalid_size: 1,
        invalid_anchor: 2,
        invalid_keyboard_interactivity: 3,
      },
      anchor: { top: 1, bottom: 2, left: 4, right: 8 },
    },
  },
];
