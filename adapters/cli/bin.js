#!/usr/bin/env node
// The program runs from its TypeScript sources: tsx translates them on the way in, there is no build step.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./main.ts');
await main(process.argv);
