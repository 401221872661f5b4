import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDefinition } from '@image-manager/disk-image-builder';

/** Beside Debian 12 and Ubuntu 24.04, which the project brings. */
const FURTHER = [
  {
    id: 'debian-13',
    displayName: 'Debian 13 (trixie)',
    imageName: 'Debian 13',
    release: 'trixie',
    version: '13',
    endOfLife: { supported: '2028-08-09', lts: '2030-06-30' },
  },
  {
    id: 'debian-13-observability',
    displayName: 'Debian 13 with the exporters, the collector and the log shipper of the platform team',
    imageName: 'Debian 13 Observability',
    release: 'trixie',
    version: '13',
    endOfLife: { supported: '2028-08-09', lts: '2030-06-30' },
  },
  {
    id: 'debian-11',
    displayName: 'Debian 11 (bullseye)',
    imageName: 'Debian 11',
    release: 'bullseye',
    version: '11',
    endOfLife: { supported: '2024-08-14', lts: '2026-08-31', extended: '2031-06-30' },
  },
  {
    id: 'debian-10',
    displayName: 'Debian 10 (buster)',
    imageName: 'Debian 10',
    release: 'buster',
    version: '10',
    endOfLife: { supported: '2022-09-10', lts: '2024-06-30' },
  },
];

/** Where each definition's images go; the others go everywhere that can be reached. */
const CLOUDS = { 'debian-12': ['local', 'lab'], 'ubuntu-24.04': ['lab'], 'debian-10': ['local'] };

const BROKEN = `# Somebody was in a hurry.
id: debian-14
displayName: Debian 14 (forky)
imageName: Debian 14
family: debian
release: forky
version: 14
architecture: riscv64
elements: debian-minimal
retention:
  keep: two
`;

/**
 * Fills a folder of definitions.
 *
 * @param {string} distrosPath where debian-12.yaml and ubuntu-24.04.yaml are already
 * @param {string} [slowDistro] whose builds the stand-in of disk-image-create takes its time for
 * @returns {Map<string, any>} definition and digest of what can be built, by id
 */
export function writeDefinitions(distrosPath, slowDistro) {
  const template = readFileSync(join(distrosPath, 'debian-12.yaml'), 'utf8');
  for (const further of FURTHER) writeFileSync(fileOf(distrosPath, further.id), derive(template, further));
  writeFileSync(fileOf(distrosPath, 'debian-14'), BROKEN);
  const ids = ['debian-12', 'ubuntu-24.04', ...FURTHER.map(({ id }) => id)];
  return new Map(
    ids.map((id) => {
      const path = fileOf(distrosPath, id);
      const clouds = CLOUDS[id] ?? ['local', 'lab'];
      let text = readFileSync(path, 'utf8').replace(/^clouds:.*$/m, `clouds: [${clouds.join(', ')}]`);
      if (id === slowDistro) text = text.replace('    - -n\n', '    - -n\n    - --root-label=talkative\n');
      writeFileSync(path, text);
      const parsed = parseDefinition(`${id}.yaml`, text);
      if (parsed.definition === undefined) throw new Error(`${id}: ${JSON.stringify(parsed.problems)}`);
      return [id, parsed];
    }),
  );
}

function derive(template, { id, displayName, imageName, release, version, endOfLife }) {
  const phases = Object.entries(endOfLife)
    .map(([phase, until]) => `  - phase: ${phase}\n    until: ${until}\n`)
    .join('');
  return template
    .replace(/^id:.*$/m, `id: ${id}`)
    .replace(/^displayName:.*$/m, `displayName: ${displayName}`)
    .replace(/^imageName:.*$/m, `imageName: ${imageName}`)
    .replace(/^release:.*$/m, `release: ${release}`)
    .replace(/^version:.*$/m, `version: '${version}'`)
    .replace(/^ {2}os_version:.*$/m, `  os_version: '${version}'`)
    .replace(/^endOfLife:\n(?: {2}.*\n)+/m, `endOfLife:\n${phases}`);
}

function fileOf(folder, id) {
  return join(folder, `${id}.yaml`);
}
