import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { ROOT } from '../bootstrap/workspace.mjs';

/** What the tests of disk-image-create and those of whole builds compare with. */
const LISTS = [
  'libs/disk-image-builder/fixtures/reviewed-causes.json',
  'apps/api/src/testing/causes/reviewed-causes.json',
];
export const PAGE = join(ROOT, 'docs/causes.md');

const INTRODUCTION = `# What a failed build says

The cause on a build's page names what happened, where, and what to do, beside the stage, the cloud and whose fault it is.
Each of these failures is provoked in the tests at a process or a socket, and the sentences are compared with this list.
\`npm run docs:causes\` writes this page. What differs from run to run stands in angle brackets.
`;

/** Of a row's stage; disk-image-create's rows have none. */
const CHAPTERS = {
  build: 'Before and while building',
  upload: 'While uploading',
  boot: 'While booting',
  test: 'While testing',
  promote: 'While promoting',
  images: 'Requests about images that are refused',
};

/** @returns the failures, in the page's order. */
export function reviewedCauses() {
  const rows = LISTS.flatMap((path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')));
  return Object.keys(CHAPTERS).flatMap((chapter) =>
    rows.filter(({ stage = 'build' }) => stage === chapter).map((row) => ({ ...row, chapter })),
  );
}

/** The page as it should be, from the lists that the tests compare with. */
export async function renderPage() {
  const rows = reviewedCauses();
  const chapters = Object.entries(CHAPTERS).map(([chapter, title]) =>
    [`## ${title}`, ...rows.filter((row) => row.chapter === chapter).map(renderRow)].join('\n\n'),
  );
  const options = await prettier.resolveConfig(PAGE);
  return prettier.format([INTRODUCTION, ...chapters].join('\n\n'), { ...options, parser: 'markdown' });
}

function renderRow({ title, code, fault, message, advice }) {
  const sentences = [`**${escape(message)}**`, ...(advice ? [escape(advice)] : [])].join('\n>\n> ');
  return [
    `### ${title[0].toUpperCase()}${title.slice(1)}`,
    `> ${sentences}`,
    `\`${code}\`${fault ? `, fault: ${fault}` : ''}`,
  ].join('\n\n');
}

/** What stands in angle brackets is no HTML. */
function escape(text) {
  return text.replaceAll('<', '\\<');
}
