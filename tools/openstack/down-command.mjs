import { parseArgs } from 'node:util';
import { Refusal } from '../bootstrap/refusal.mjs';
import { stopCloud } from './all-in-one.mjs';

/**
 * `npm run cloud:down [-- --purge]`
 *
 * @param {string[]} argv
 * @returns {Promise<number>} exit status
 */
export async function main(argv) {
  await stopCloud(parseOptions(argv));
  return 0;
}

function parseOptions(argv) {
  try {
    return parseArgs({ args: argv, options: { purge: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    throw new Refusal(`${error.message.split('\n')[0]} (npm run cloud:down knows --purge)`, 2);
  }
}
