import type { Facts } from './definition.ts';

const output = { name: 'output', type: 'object', interface: 'wl_output' } as const;

export const foreignToplevelManagementV1: readonly Facts[] = [
  {
    interface: 'zwlr_foreign_toplevel_manager_v1',
    requests: [{ name: 'stop' }],
    events: [
      {
        name: 'toplevel',
        args: [{ name: 'toplevel', type: 'new_id', interface: 'zwlr_foreign_toplevel_handle_v1' }],
      },
      { name: 'finished' },
    ],
    destructorEvents: ['finished'],
  },
  {
    interface: 'zwlr_foreign_toplevel_handle_v1',
    requests: [
      { name: 'set_maximized' },
      { name: 'unset_maximized' },
      { name: 'set_minimized' },
      { name: 'unset_minimized' },
      { name: 'activate', args: [{ name: 'seat', type: 'object', interface: 'wl_seat' }] },
      { name: 'close' },
      {
        name: 'set_rectangle',
        args: [
          { name: 'surface', type: 'object', interface: 'wl_surface' },
          { name: 'x', type: 'int' },
          { name: 'y', type: 'int' },
          { name: 'width', type: 'int' },
          { name: 'height', type: 'int' },
        ],
      },
      { name: 'destroy', destructor: true },
      { name: 'set_fullscreen', since: 2, args: [{ ...output, nullable: true }] },
      { name: 'unset_fullscreen', since: 2 },
    ],
    events: [
      { name: 'title', args: [{ name: 'title', type: 'string' }] },
      { name: 'app_id', args: [{ name: 'app_id', type: 'string' }] },
      { name: 'output_enter', args: [output] },
      { name: 'output_leave', args: [output] },
      { name: 'state', args: [{ name: 'state', type: 'array' }] },
      { name: 'done' },
      { name: 'closed' },
      {
        name: 'parent',
        since: 3,
        args: [
          {
            name: 'parent',
            type: 'object',
            interface: 'zwlr_foreign_toplevel_handle_v1',
            nullable: true,
          },
        ],
      },
    ],
    enums: {
      state: { maximized: 0, minimized: 1, activated: 2, fullscreen: [3, 2] },
      error: { invalid_rectangle: 0 },
    },
  },
];
