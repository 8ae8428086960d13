import type { BuildOptions } from 'esbuild';

/** How programs are bundled for images: one file and its chunks for each. */
export const BUNDLE_SETTINGS = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // The CommonJS form of a package hides its names from import().
  mainFields: ['module', 'main'],
  chunkNames: 'chunks/[name]-[hash]',
  // Packages of their own: their libraries are of the target's kind.
  external: ['sharp', 'node-hid'],
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  // Packages in CommonJS ask for Node's modules by require().
  banner: {
    js: "import { createRequire as wayrayRequire } from 'node:module'; const require = wayrayRequire(import.meta.url);",
  },
} as const satisfies BuildOptions;
