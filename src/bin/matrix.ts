#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { enableCompileCache } from 'node:module';

// What a command loads is compiled once, for this command and those after it. Only what is loaded from here on is: the
// program itself therefore is another module.
enableCompileCache();
await import('./program.ts');
