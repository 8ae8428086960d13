// JavaScript, and apart from the program: the engine is set up before it meets the first TypeScript file.
import '../../../protocol/node/engine.js';
import { bundled } from '../../../protocol/node/bundled.js';

await import(bundled('wrpam') ?? './wrpam.ts');
