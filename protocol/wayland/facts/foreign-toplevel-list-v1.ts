import type { Facts } from './definition.ts';

export const foreignToplevelListV1: readonly Facts[] = [
  {
    interface: 'ext_foreign_toplevel_list_v1',
    requests: [{ name: 'stop' }, { name: 'destroy', destructor: true }],
    events: [
      {
        name: 'toplevel',
        args: [{ name: 'toplevel', type: 'new_id', interface: 'ext_foreign_toplevel_handle_v1' }],
      },
      { name: 'finished' },
    ],
  },
  {
    interface: 'ext_foreign_toplevel_handle_v1',
    requests: [{ name: 'destroy', destructor: true }],
    events: [
      { name: 'closed' },
      { name: 'done' },
      { name: 'title', args: [{ name: 'title', type: 'string' }] },
      { name: 'app_id', args: [{ name: 'app_id', type: 'string' }] },
      { name: 'identifier', args: [{ name: 'identifier', type: 'string' }] },
    ],
  },
];
