#!/usr/bin/env node
// JavaScript, and apart from the program: the cache must be on before Node meets the first TypeScript file.
import '../../protocol/node/compile-cache.js';

await import('./wrsrvd.ts');
