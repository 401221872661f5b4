import { writeFileSync } from 'node:fs';
import { PAGE, renderPage } from './page.mjs';

/** @returns {Promise<number>} exit status */
export async function main() {
  writeFileSync(PAGE, await renderPage());
  return 0;
}
