import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDefinition } from './parse-definition.js';

const DISTROS = join(import.meta.dirname, '../../../../distros');
const MINIMAL = `id: x
displayName: X
imageName: X
family: debian
release: bookworm
version: '12'
elements: [debian-minimal, vm]
minDiskGb: 3
minMemoryMb: 512
users:
  - name: debian
endOfLife:
  - phase: lts
    until: 2028-06-30
requiredChecks: [system.os-release]
`;

const problemsOf = (text: string) => parseDefinition('distros/x.yaml', text).problems;

describe('parseDefinition', () => {
  it.each(['debian-12', 'ubuntu-24.04'])('takes %s as it is in the repository', (id) => {
    const file = `${id}.yaml`;
    const parsed = parseDefinition(`distros/${file}`, readFileSync(join(DISTROS, file), 'utf8'));
    expect(parsed.problems).toEqual([]);
    expect(parsed.definition?.id).toBe(id);
    expect(parsed.definition?.signedArchive).toBe(true);
  });

  it('fills in every default', () => {
    expect(parseDefinition('x.yaml', MINIMAL).definition).toMatchObject({
      architecture: 'amd64',
      packages: [],
      dib: { environment: {}, arguments: [] },
      diskFormat: 'qcow2',
      visibility: 'private',
      protected: false,
      tags: [],
      members: [],
      managerUnreachable: 'fail',
      keepFailedServerMinutes: 0,
      signedArchive: true,
      users: [{ name: 'debian', sudo: false, groups: [] }],
      ssh: { passwordLogin: false, rootLogin: false },
      deadlines: { build: 3600, upload: 900, boot: 600, test: 900, promote: 120, cleanup: 300 },
      retention: { keep: 2, maxAgeDays: 90 },
    });
  });

  it('keeps the digest when fields move, and changes it when a value does', () => {
    const lines = MINIMAL.trimEnd().split('\n');
    const moved = [...lines.slice(1), lines[0], '# a comment', ''].join('\n');
    const digest = (text: string) => {
      const parsed = parseDefinition('x.yaml', text);
      return parsed.definition && parsed.digest;
    };
    expect(digest(MINIMAL)).toMatch(/^[0-9a-f]{64}$/);
    expect(digest(moved)).toBe(digest(MINIMAL));
    expect(digest(MINIMAL.replace('minDiskGb: 3', 'minDiskGb: 4'))).not.toBe(digest(MINIMAL));
  });

  it.each([
    ['an unknown field', `${MINIMAL}colour: red\n`, 16, 'colour', 'is not a known field'],
    [
      'one below',
      MINIMAL.replace('name: debian', 'name: debian\n    shell: sh'),
      12,
      'users.0.shell',
      'is not a known field',
    ],
    ['a missing one', MINIMAL.replace('family: debian\n', ''), 1, 'family', 'is missing'],
    ['a missing one below', MINIMAL.replace('name: debian', 'sudo: true'), 11, 'users.0.name', 'is missing'],
    [
      'a wrong type',
      MINIMAL.replace("'12'", '12'),
      6,
      'version',
      'must be text (put it in quotes); found the number 12',
    ],
    ['another id', MINIMAL.replace('id: x', 'id: y'), 1, 'id', 'must be "x", the file\'s name'],
    [
      'an unknown check',
      MINIMAL.replace('system.os-release', 'system.nonsense'),
      15,
      'requiredChecks.0',
      "must be one of the agent's checks; found “system.nonsense”",
    ],
    [
      'a fraction',
      MINIMAL.replace('minDiskGb: 3', 'minDiskGb: 3.5'),
      8,
      'minDiskGb',
      'must be a whole number; found the number 3.5',
    ],
    [
      'too little memory',
      MINIMAL.replace('minMemoryMb: 512', 'minMemoryMb: 1'),
      9,
      'minMemoryMb',
      'must be at least 64; found the number 1',
    ],
    [
      'an unknown family',
      MINIMAL.replace('family: debian', 'family: fedora'),
      4,
      'family',
      'must be debian or ubuntu; found “fedora”',
    ],
    [
      'one word instead of a list',
      MINIMAL.replace('[debian-minimal, vm]', 'vm'),
      7,
      'elements',
      'must be a list; found “vm”',
    ],
    [
      'an empty list',
      MINIMAL.replace('[debian-minimal, vm]', '[]'),
      7,
      'elements',
      'must have at least 1 entry; found an empty list',
    ],
    [
      'a field without a value',
      MINIMAL.replace('displayName: X', 'displayName:'),
      2,
      'displayName',
      'must be text; found nothing',
    ],
    [
      'a word for true',
      MINIMAL.replace('name: debian', 'name: debian\n    sudo: maybe'),
      12,
      'users.0.sudo',
      'must be true or false; found “maybe”',
    ],
    [
      'a list instead of fields',
      `${MINIMAL}ssh: [rootLogin]\n`,
      16,
      'ssh',
      'must be a group of fields; found a list',
    ],
    [
      'a name that is too long',
      MINIMAL.replace('displayName: X', `displayName: ${'X'.repeat(300)}`),
      2,
      'displayName',
      `must have at most 255 characters; found “${'X'.repeat(60)}…”`,
    ],
    [
      'root as a user',
      MINIMAL.replace('name: debian', 'name: root'),
      11,
      'users.0.name',
      'root exists in every image; ssh.rootLogin says whether it may log in',
    ],
    [
      'a bad date',
      MINIMAL.replace('2028-06-30', '2028-06-31'),
      14,
      'endOfLife.0.until',
      'must be a date such as 2028-06-30; found “2028-06-31”',
    ],
    [
      'a variable that is not for it',
      `${MINIMAL}dib:\n  environment:\n    PATH: /tmp\n`,
      18,
      'dib.environment.PATH',
      "PATH is not one of DIB's variables (DIB_…)",
    ],
    [
      'a variable of ours',
      `${MINIMAL}dib: { environment: { DIB_RELEASE: sid } }\n`,
      16,
      'dib.environment.DIB_RELEASE',
      'DIB_RELEASE is set by the build itself',
    ],
    [
      'a property of ours',
      `${MINIMAL}properties:\n  image_manager_build: 1\n`,
      17,
      'properties.image_manager_build',
      'image_manager_ is kept for our own properties; found “image_manager_build”',
    ],
  ])('says line and field of %s', (_, text, line, field, message) => {
    expect(problemsOf(text)).toMatchObject([{ file: 'distros/x.yaml', line, field, message }]);
  });

  it.each([
    ['a missing field', MINIMAL.replace('family: debian\n', ''), { code: 'MISSING' }],
    ['an unknown field', `${MINIMAL}colour: red\n`, { code: 'UNKNOWN_FIELD' }],
    [
      'a version without quotes',
      MINIMAL.replace("'12'", '12'),
      { code: 'WRONG_TYPE', expected: 'quotedText', found: '12' },
    ],
    [
      'a word instead of a list',
      MINIMAL.replace('[debian-minimal, vm]', 'vm'),
      { code: 'WRONG_TYPE', expected: 'list', found: 'vm' },
    ],
    [
      'a fraction',
      MINIMAL.replace('minDiskGb: 3', 'minDiskGb: 3.5'),
      { code: 'WRONG_TYPE', expected: 'wholeNumber', found: '3.5' },
    ],
    [
      'an unknown family',
      MINIMAL.replace('family: debian', 'family: fedora'),
      { code: 'NOT_ALLOWED', expected: 'debian, ubuntu', found: 'fedora' },
    ],
    [
      'an unknown check',
      MINIMAL.replace('system.os-release', 'system.nonsense'),
      { code: 'UNKNOWN_VALUE', found: 'system.nonsense' },
    ],
    [
      'too little memory',
      MINIMAL.replace('minMemoryMb: 512', 'minMemoryMb: 1'),
      { code: 'TOO_SMALL', expected: '64', found: '1' },
    ],
    [
      'an empty list',
      MINIMAL.replace('[debian-minimal, vm]', '[]'),
      { code: 'TOO_FEW_ENTRIES', expected: '1' },
    ],
    ['another id', MINIMAL.replace('id: x', 'id: y'), { code: 'WRONG_ID', expected: 'x' }],
    [
      'the same user twice',
      MINIMAL.replace('name: debian', 'name: debian\n  - name: debian'),
      { code: 'DUPLICATE' },
    ],
    ['a bad date', MINIMAL.replace('2028-06-30', '2028-06-31'), { code: 'BAD_DATE', found: '2028-06-31' }],
    [
      'phases out of order',
      MINIMAL.replace('2028-06-30', '2028-06-30\n  - {phase: extended, until: 2027-01-01}'),
      { code: 'PHASES_OUT_OF_ORDER', expected: '2028-06-30' },
    ],
    ['an open bracket', 'users: [\n', { code: 'NOT_YAML' }],
  ])('has a code for %s', (_, text, problem) => {
    expect(problemsOf(text)[0]).toMatchObject(problem);
  });

  it('has no word of the schema’s library in what it says of the worst definition', () => {
    const worst = parseDefinition(
      'distros/x.yaml',
      Object.keys(parseDefinition('x.yaml', MINIMAL).definition ?? {})
        .map((field) => `${field}: {a: [1, {b: null}]}\n`)
        .join(''),
    );
    expect(worst.problems.length).toBeGreaterThan(20);
    for (const { message } of worst.problems) {
      expect(message).not.toMatch(/Invalid|Too (?:small|big)|expected|received|undefined|\[object/);
    }
  });

  it('says which argument is not allowed', () => {
    const [problem] = problemsOf(`${MINIMAL}dib:\n  arguments:\n    - -n\n    - -o\n`);
    expect(problem).toMatchObject({ line: 19, field: 'dib.arguments.1' });
  });

  it('wants the phases of the end of life in order', () => {
    const text = MINIMAL.replace('2028-06-30', '2028-06-30\n  - {phase: extended, until: 2027-01-01}');
    expect(problemsOf(text)).toMatchObject([{ line: 15, field: 'endOfLife.1.until' }]);
  });

  it.each([
    ['an open bracket', 'id: x\nusers: [\n', 3],
    ['the same field twice', 'id: x\nfamily: debian\nid: x\n', 3],
    ['an empty file', '', 1],
    ['a list', '- a\n', 1],
    ['two documents', 'id: x\n---\nid: y\n', 2],
  ])('says the line of %s', (_, text, line) => {
    expect(problemsOf(text)[0]).toMatchObject({ line, field: '' });
  });

  it('is not made to expand a bomb of aliases', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]\n`;
    expect(problemsOf(bomb)[0]?.message).toMatch(/alias/i);
  });
});
