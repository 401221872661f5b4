import { openScreen } from '../visit.mjs';

/** The image definitions, in English. @param {import('playwright-core').Page} page */
export function imagesPage(page) {
  const button = (name) => page.getByRole('button', { name, exact: true });
  return {
    open: () => openScreen(page, '/images'),
    /** What is said about one definition. @param {string} name as its heading says */
    of: (name) =>
      page.getByRole('article').filter({ has: page.getByRole('heading', { level: 2, name, exact: true }) }),
    build: (name) => button(`Build ${name}`),
    options: (name) => button(`Build ${name} with options`),
    watch: (name) => page.getByRole('link', { name: `Watch the build of ${name}`, exact: true }),
  };
}
