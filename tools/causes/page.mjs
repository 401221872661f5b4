import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { ROOT } from '../bootstrap/workspace.mjs';

const REVIEWED = join(ROOT, 'libs/disk-image-builder/fixtures/reviewed-causes.json');
export const PAGE = join(ROOT, 'docs/causes.md');

const INTRODUCTION = `# What a failed build says

The cause on a build's page, for failures of disk-image-create: each is provoked in the tests, and its sentences are compared with
this list. \`npm run docs:causes\` writes this page.
`;

/** The page as it should be, from the list that the tests compare with. */
export async function renderPage() {
  const rows = JSON.parse(readFileSync(REVIEWED, 'utf8'));
  const lines = rows.map(({ title, code, fault, message, advice }) =>
    [
      `## ${title[0].toUpperCase()}${title.slice(1)}`,
      `> **${message}**\n>\n> ${advice}`,
      `\`${code}\`, fault: ${fault}`,
    ].join('\n\n'),
  );
  const options = await prettier.resolveConfig(PAGE);
  return prettier.format([INTRODUCTION, ...lines].join('\n\n'), { ...options, parser: 'markdown' });
}
