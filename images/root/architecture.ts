/** The processors that images are made for, by Node's names. */
export const ARCHITECTURES = {
  x64: {
    debian: 'amd64',
    triplet: 'x86_64-linux-gnu',
    /** e_machine of its ELF files. */
    machine: 62,
    loader: '/lib64/ld-linux-x86-64.so.2',
  },
  arm64: {
    debian: 'arm64',
    triplet: 'aarch64-linux-gnu',
    machine: 183,
    loader: '/lib/ld-linux-aarch64.so.1',
  },
} as const;

export type Architecture = keyof typeof ARCHITECTURES;
