#!/usr/bin/env -S node --max-semi-space-size=1 --v8-pool-size=1 --single-threaded-gc --no-memory-reducer
// JavaScript, and apart from the program: the engine is set up before it meets the first TypeScript file.
import '../../protocol/node/engine.js';
import { bundled } from '../../protocol/node/bundled.js';

await import(bundled('wrsessd') ?? './wrsessd.ts');
