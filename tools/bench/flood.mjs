#!/usr/bin/env node
// Stands in for disk-image-create: prints numbered lines at a steady rate, each with the time it was written, and fails.
import { writeSync } from 'node:fs';

const RATE = Number(process.env.FLOOD_RATE ?? 10_000);
const SECONDS = Number(process.env.FLOOD_SECONDS ?? 20);
const SLICE_MS = 20;

if (process.argv.includes('--version')) {
  console.log('3.13.0');
  process.exit(0);
}

let printed = 0;
const begin = Date.now();
while (printed < RATE * SECONDS) {
  const due = Math.min(RATE * SECONDS, Math.floor(((Date.now() - begin) / 1000) * RATE));
  let text = '';
  for (; printed < due; printed++) text += `flood ${printed} ${Date.now()} ${'.'.repeat(60)}\n`;
  writeSync(1, text);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLICE_MS);
}
process.exit(1);
