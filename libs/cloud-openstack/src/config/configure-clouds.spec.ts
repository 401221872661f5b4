import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configureClouds } from './configure-clouds.js';

const LOGIN = {
  OS_AUTH_URL: 'https://keystone.example.org/v3',
  OS_USERNAME: 'builder',
  OS_PASSWORD: 'secret-9hT',
  OS_PROJECT_NAME: 'images',
};

describe('the clouds that are configured', () => {
  it('are none where no variable says that one is meant', () => {
    expect(configureClouds({ OS_FLAVOR_ID: 'm1.small' }, undefined)).toEqual({ clouds: [], problems: [] });
  });

  it.each([
    ['OS_AUTH_URL is not set', { ...LOGIN, OS_AUTH_URL: undefined }],
    [
      'OS_AUTH_URL must be an http:// or https:// URL without a user in it',
      { ...LOGIN, OS_AUTH_URL: 'keystone' },
    ],
    [
      'OS_AUTH_URL must be an http:// or https:// URL without a user in it',
      { ...LOGIN, OS_AUTH_URL: 'keystone.example.org:5000/v3' },
    ],
    ['OS_PASSWORD is not set', { ...LOGIN, OS_PASSWORD: undefined }],
    ['OS_PROJECT_NAME or OS_PROJECT_ID is not set', { ...LOGIN, OS_PROJECT_NAME: undefined }],
    ['OS_AUTH_TYPE must be one of', { ...LOGIN, OS_AUTH_TYPE: 'v3oidcpassword' }],
    ['OS_INTERFACE must be', { ...LOGIN, OS_INTERFACE: 'outside' }],
    ['OS_INSECURE must be', { ...LOGIN, OS_INSECURE: 'maybe' }],
    ['OS_CACERT names a file that cannot be read', { ...LOGIN, OS_CACERT: '/no/such/file' }],
    [
      'OS_USERNAME or OS_USER_ID',
      {
        ...LOGIN,
        OS_USERNAME: undefined,
        OS_APPLICATION_CREDENTIAL_NAME: 'n',
        OS_APPLICATION_CREDENTIAL_SECRET: 's',
      },
    ],
  ])('say %j and name the cloud, without any value', (message, environment) => {
    const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
    const { clouds, problems } = configureClouds(given, undefined);
    expect(clouds).toEqual([]);
    expect(problems).toEqual([{ cloud: 'openstack', message: expect.stringContaining(message) as string }]);
    expect(JSON.stringify(problems)).not.toContain(LOGIN.OS_PASSWORD);
  });

  describe('in clouds.yaml', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'clouds-yaml-'));
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });
    const configure = (clouds: string, secure: string | undefined, names: string) => {
      const path = join(folder, 'clouds.yaml');
      writeFileSync(path, clouds);
      if (secure !== undefined) writeFileSync(join(folder, 'secure.yaml'), secure);
      return configureClouds({ OS_CLOUD: names, OS_CLIENT_CONFIG_FILE: path }, 'manager:50051');
    };
    const entry = (name: string, url = 'https://keystone.example.org') =>
      `  ${name}:\n    auth: {auth_url: "${url}", username: b, project_name: p}\n`;

    it('take what secure.yaml adds, and stand beside one that is wrong', () => {
      const { clouds, problems } = configure(
        `clouds:\n${entry('lab')}${entry('open')}${entry('typo', 'keystone')}`,
        'clouds:\n  lab: {auth: {password: secret-9hT}}\n  typo: {auth: {password: secret-9hT}}\n',
        'lab, open,typo,missing',
      );
      expect(clouds.map(({ name }) => name)).toEqual(['lab']);
      expect(clouds[0]?.credentials.authentication).toMatchObject({ password: 'secret-9hT' });
      expect(problems.map(({ cloud }) => cloud)).toEqual(['open', 'typo', 'missing']);
      expect(problems.map(({ message }) => message).join('\n')).toMatch(
        /open: auth\.password is not set\n.*typo: auth\.auth_url must be an http.*\n.*"missing".*lab, open, typo/,
      );
    });

    it('are all there with the reason when the file is no YAML', () => {
      const { clouds, problems } = configure(
        'clouds: [\n  password: secret-9hT',
        undefined,
        'lab,production',
      );
      expect(clouds).toEqual([]);
      expect(problems.map(({ cloud }) => cloud)).toEqual(['lab', 'production']);
      expect(problems[0]?.message).toMatch(/clouds\.yaml is no YAML/);
    });

    it('cannot take the name of this machine', () => {
      expect(configure(`clouds:\n${entry('local')}`, undefined, 'local').problems).toEqual([
        { message: expect.stringContaining('the name local is taken') as string },
      ]);
    });
  });
});
