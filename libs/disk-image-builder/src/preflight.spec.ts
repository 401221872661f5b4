import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveProblems } from './preflight-archive.js';
import { preflightHost, type HostNeeds } from './preflight.js';
import { exampleDefinition } from './testing/definition.js';

describe('the preflight', () => {
  let directory: string;
  let needs: HostNeeds;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'preflight-'));
    const agentBinary = join(directory, 'agent');
    await writeFile(agentBinary, '');
    await chmod(agentBinary, 0o755);
    needs = {
      definition: exampleDefinition(),
      workDirectory: directory,
      elementsDirectory: join(import.meta.dirname, '../../../elements'),
      agentBinary,
      settings: {},
    };
  });
  afterEach(() => rm(directory, { recursive: true }));

  const codes = async (change: Partial<HostNeeds>) =>
    (await preflightHost({ ...needs, ...change })).map(({ code }) => code);

  it('names what the build would miss, each with advice', async () => {
    const problems = await preflightHost({ ...needs, agentBinary: '/none', elementsDirectory: '/none' });
    expect(problems.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['AGENT_MISSING', 'ELEMENTS_MISSING']),
    );
    expect(problems.every(({ advice, message }) => advice !== '' && message !== '')).toBe(true);
  });

  it('says nothing of elements and agent that are there', async () => {
    const found = await codes({});
    expect(found).not.toContain('AGENT_MISSING');
    expect(found).not.toContain('ELEMENTS_MISSING');
    expect(found).not.toContain('ELEMENT_NOT_FOUND');
  });

  it('refuses a path with a blank, which DIB would take apart', async () => {
    expect(await codes({ workDirectory: '/tmp/my builds' })).toContain('PATH_UNSUITABLE');
  });

  it('demands a keyring where the archive must be signed', async () => {
    const definition = exampleDefinition({ family: 'nonesuch' as 'ubuntu' });
    expect((await archiveProblems({ ...needs, definition })).map(({ code }) => code)).toEqual([
      'ARCHIVE_KEYRING_MISSING',
    ]);
    expect(await archiveProblems({ ...needs, definition: { ...definition, signedArchive: false } })).toEqual(
      [],
    );
  });

  it('refuses a keyring that is missing or in armour', async () => {
    const armoured = join(directory, 'armoured');
    const binary = join(directory, 'binary');
    await writeFile(armoured, '-----BEGIN PGP PUBLIC KEY BLOCK-----\n');
    await writeFile(binary, Buffer.from([0x99, 0x02]));
    const check = (aptKeyring: string) => archiveProblems({ ...needs, settings: { aptKeyring } });
    expect(await check('/none')).toMatchObject([{ code: 'ARCHIVE_KEYRING_UNUSABLE' }]);
    expect((await check(armoured))[0]?.advice).toContain('gpg --dearmor');
    expect(await check(binary)).toEqual([]);
  });
});
