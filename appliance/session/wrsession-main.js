#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
await import('./wrsession.ts');
