import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { explainStartFailure } from './app/start-failure.js';

try {
  const { values } = parseArgs({ options: { build: { type: 'string', multiple: true, default: [] } } });
  // Imported here: the modules read and validate the configuration as they load.
  const { serve } = await import('./app/serve.js');
  await serve(values.build);
} catch (error) {
  process.stderr.write(`${explainStartFailure(error)}\n`);
  process.exit(1);
}
