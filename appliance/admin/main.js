#!/usr/bin/env -S node --max-semi-space-size=1 --v8-pool-size=1
// JavaScript, and apart from the program: the engine is set up before it meets the first TypeScript file.
import '../../protocol/node/engine.js';

await import('./wradm/wradm.ts');
