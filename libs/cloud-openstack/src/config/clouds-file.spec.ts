import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCloudsFile } from './clouds-file.js';
import { configureClouds } from './configure-clouds.js';

const LAB = `
clouds:
  lab:
    auth:
      auth_url: https://lab.example/identity
      username: builder
      project_name: images
      user_domain_name: people
      project_domain_name: Default
      password: 'value-of-password'
    region_name: RegionTwo
    interface: internal
    verify: false
  other:
    auth_type: v3applicationcredential
    auth:
      auth_url: https://other.example/identity
      application_credential_id: c1
      application_credential_secret: value-of-secret
`;

describe('clouds.yaml', () => {
  let directory = '';
  let path = '';

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'clouds-'));
    path = join(directory, 'clouds.yaml');
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  async function configure(text: string, names: string, secure?: string) {
    await writeFile(path, text);
    if (secure !== undefined) await writeFile(join(directory, 'secure.yaml'), secure);
    const configuration = configureClouds(
      { OS_CLOUD: names, OS_CLIENT_CONFIG_FILE: path, OS_FLAVOR_ID: 'm1.tiny' },
      '192.0.2.1:50051',
    );
    const problems = configuration.problems.map(({ message }) => message);
    expect(problems.join('\n')).not.toContain('value-of');
    return { ...configuration, problems };
  }

  it('has the clouds that OS_CLOUD names, each with what it needs', async () => {
    const { clouds, problems } = await configure(LAB, 'lab, other,lab');
    expect(problems).toEqual([]);
    expect(clouds.map(({ name }) => name)).toEqual(['lab', 'other']);
    expect(clouds[0]).toMatchObject({
      flavor: 'm1.tiny',
      managerAddress: '192.0.2.1:50051',
      credentials: {
        authUrl: 'https://lab.example/identity',
        authentication: {
          method: 'password',
          user: { name: 'builder' },
          userDomain: { name: 'people' },
          password: 'value-of-password',
          project: { name: 'images' },
          projectDomain: { name: 'Default' },
        },
        region: 'RegionTwo',
        interface: 'internal',
        insecure: true,
      },
    });
    expect(clouds[0]!.credentials.origin.login).toContain('auth.password');
    expect(clouds[0]!.credentials.origin.login).toContain(`of cloud lab in ${path}`);
    expect(clouds[1]!.credentials.authentication).toMatchObject({
      method: 'application-credential',
      credential: { id: 'c1' },
    });
  });

  it('takes secrets from secure.yaml beside it, which wins', async () => {
    const secure = 'clouds: { lab: { auth: { password: from-secure } } }';
    const { clouds } = await configure(LAB, 'lab', secure);
    expect(clouds[0]!.credentials.authentication).toMatchObject({
      user: { name: 'builder' },
      password: 'from-secure',
    });
  });

  it('takes a password of digits as it is written', async () => {
    const { clouds } = await configure(LAB.replace("'value-of-password'", '0123'), 'lab');
    expect(clouds[0]!.credentials.authentication).toMatchObject({ password: '0123' });
  });

  it('lets a cloud say what its servers need, before the variables', async () => {
    const block = `
    image_manager:
      flavor: m1.large
      network: build
      security_groups: [agents]
      config_drive: false
      grpc_public_address: 198.51.100.1:50051
`;
    const { clouds } = await configure(
      LAB.replace('    verify: false\n', `    verify: false${block}`),
      'lab,other',
    );
    expect(clouds[0]).toMatchObject({
      flavor: 'm1.large',
      network: 'build',
      securityGroups: ['agents'],
      configDrive: false,
      managerAddress: '198.51.100.1:50051',
      origin: { flavor: `image_manager.flavor of cloud lab in ${path} (or OS_FLAVOR_ID)` },
    });
    expect(clouds[1]).toMatchObject({ flavor: 'm1.tiny', managerAddress: '192.0.2.1:50051' });
  });

  it('finds a misspelled field of our own block', async () => {
    const text = LAB.replace('    verify: false\n', '    image_manager: { flavour: value-of-flavor }\n');
    const { clouds, problems } = await configure(text, 'lab');
    expect(clouds).toEqual([]);
    expect(problems[0]).toMatch(/clouds\.lab\.image_manager: .*flavour/);
  });

  it('leaves out a cloud that is wrong and keeps the others', async () => {
    const { clouds, problems } = await configure(LAB, 'nowhere,other');
    expect(clouds.map(({ name }) => name)).toEqual(['other']);
    expect(problems).toEqual([`OS_CLOUD names cloud "nowhere", and ${path} has lab, other`]);
  });

  it('names a missing field in its own words', async () => {
    const { problems } = await configure(LAB.replace(/ {6}password: .*\n/, ''), 'lab');
    expect(problems).toEqual([`${path}: cloud lab: auth.password is not set`]);
  });

  it.each([
    ['auth_type', LAB.replace('v3applicationcredential', 'v3oidcpassword'), 'other'],
    ['profile', LAB.replace('    verify: false', '    profile: vexxhost'), 'lab'],
  ])('says that it cannot use the %s', async (field, text, name) => {
    const { clouds, problems } = await configure(text, name);
    expect(clouds).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(field);
  });

  it.each([
    ['is broken', `${LAB}\n   bad: [value-of-password\n`, /is no YAML$/],
    ['has no clouds', 'password: value-of-password', /has no mapping `clouds`$/],
    ['is empty', '', /has no mapping `clouds`$/],
  ])('shows no line of a file that %s', async (_case, text, problem) => {
    const { clouds, problems } = await configure(text, 'lab');
    expect(clouds).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('shows no line of a file that has a tag nobody knows', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    try {
      await configure(LAB.replace("'value-of-password'", '!vault value-of-password'), 'lab');
      expect(warn).not.toHaveBeenCalled();
    } finally {
      warn.mockRestore();
    }
  });

  it('names the variable of a file that is not there', () => {
    const { problems } = configureClouds({ OS_CLOUD: 'lab', OS_CLIENT_CONFIG_FILE: path }, undefined);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain('(OS_CLIENT_CONFIG_FILE) cannot be read');
  });

  it('is looked for in several places, the first one wins', async () => {
    await writeFile(path, LAB);
    expect(readCloudsFile(undefined, [join(directory, 'none'), directory])?.path).toBe(path);
    expect(readCloudsFile(undefined, [join(directory, 'none')])).toBeUndefined();
  });

  it('leaves the name of this machine’s cloud alone', async () => {
    const { problems } = await configure(LAB.replace('lab:', 'local:'), 'local');
    expect(problems).toEqual(['OS_CLOUD: the name local is taken by the cloud of this machine']);
  });
});
