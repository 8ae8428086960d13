import type { InterfaceSpec } from '../../../native/wayland/index.ts';

/** Interfaces of no real protocol, with every kind of argument. */
export const probe: InterfaceSpec = {
  name: 'wr_probe',
  version: 3,
  requests: [
    { name: 'destroy', since: 1, destructor: true, args: [] },
    {
      name: 'scalars',
      since: 1,
      args: [
        { name: 'i', type: 'int' },
        { name: 'u', type: 'uint' },
        { name: 'f', type: 'fixed' },
        { name: 's', type: 'string' },
        { name: 'n', type: 'string', nullable: true },
        { name: 'a', type: 'array' },
      ],
    },
    {
      name: 'objects',
      since: 1,
      args: [
        { name: 'created', type: 'new_id', interface: 'wr_probe' },
        { name: 'other', type: 'object', interface: 'wr_probe', nullable: true },
      ],
    },
    { name: 'take_fd', since: 1, args: [{ name: 'fd', type: 'fd' }] },
    {
      name: 'take_stranger',
      since: 1,
      args: [{ name: 'stranger', type: 'object', interface: 'wr_never_defined' }],
    },
    { name: 'newer', since: 2, args: [] },
    {
      name: 'take_buffer',
      since: 1,
      args: [{ name: 'buffer', type: 'object', interface: 'wl_buffer' }],
    },
  ],
  events: [
    {
      name: 'scalars',
      since: 1,
      args: [
        { name: 'i', type: 'int' },
        { name: 'u', type: 'uint' },
        { name: 'f', type: 'fixed' },
        { name: 's', type: 'string' },
        { name: 'n', type: 'string', nullable: true },
        { name: 'a', type: 'array' },
      ],
    },
    { name: 'child', since: 1, args: [{ name: 'id', type: 'new_id', interface: 'wr_probe' }] },
    { name: 'object', since: 1, args: [{ name: 'o', type: 'object', interface: 'wr_probe' }] },
    { name: 'file', since: 1, args: [{ name: 'fd', type: 'fd' }] },
    { name: 'newer', since: 3, args: [] },
    { name: 'last', since: 1, destructor: true, args: [] },
  ],
};

export const buffer: InterfaceSpec = {
  name: 'wl_buffer',
  version: 1,
  requests: [{ name: 'destroy', since: 1, destructor: true, args: [] }],
  events: [{ name: 'release', since: 1, args: [] }],
};

export const request = {
  destroy: 0,
  scalars: 1,
  objects: 2,
  takeFd: 3,
  takeStranger: 4,
  newer: 5,
  takeBuffer: 6,
} as const;
export const event = { scalars: 0, child: 1, object: 2, file: 3, newer: 4, last: 5 } as const;
