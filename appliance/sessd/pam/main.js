// JavaScript, and apart from the program: the engine is set up before it meets the first TypeScript file.
import '../../../protocol/node/engine.js';

await import('./wrpam.ts');
