#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { enableCompileCache } from 'node:module';

// What a command loads is compiled once, for this command and later ones. That holds only for what is loaded after this
// line, so the program itself is another module.
enableCompileCache();
await import('./program.ts');
