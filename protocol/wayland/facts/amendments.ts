import type { Facts } from './definition.ts';

/** What the specifications say and Debian 12's XML (Wayland 1.21, wayland-protocols 1.31) does not have yet. */
export const amendments: readonly Facts[] = [
  {
    interface: 'wl_surface',
    events: [
      { name: 'preferred_buffer_scale', since: 6, args: [{ name: 'factor', type: 'int' }] },
      { name: 'preferred_buffer_transform', since: 6, args: [{ name: 'transform', type: 'uint' }] },
    ],
    enums: { error: { defunct_role_object: 4 } },
  },
  {
    interface: 'wl_pointer',
    events: [
      {
        name: 'axis_relative_direction',
        since: 9,
        args: [
          { name: 'axis', type: 'uint' },
          { name: 'direction', type: 'uint' },
        ],
      },
    ],
    enums: { axis_relative_direction: { identical: 0, inverted: 1 } },
  },
  { interface: 'wl_subcompositor', enums: { error: { bad_parent: 1 } } },
  { interface: 'wl_data_device', enums: { error: { used_source: 1 } } },
  { interface: 'xdg_toplevel', enums: { state: { suspended: [9, 6] } } },
  { interface: 'wl_callback', destructorEvents: ['done'] },
  { interface: 'wp_presentation_feedback', destructorEvents: ['presented', 'discarded'] },
];
