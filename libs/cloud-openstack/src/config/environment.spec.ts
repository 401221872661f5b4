import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configureClouds } from './configure-clouds.js';
import type { OpenStackEnvironment } from './environment.js';

const PASSWORD: OpenStackEnvironment = {
  OS_AUTH_URL: 'https://cloud.example/identity',
  OS_USERNAME: 'value-of-user',
  OS_PASSWORD: 'value-of-password',
  OS_PROJECT_NAME: 'value-of-project',
};
const CREDENTIAL: OpenStackEnvironment = {
  OS_AUTH_URL: 'https://cloud.example/identity',
  OS_AUTH_TYPE: 'v3applicationcredential',
  OS_APPLICATION_CREDENTIAL_ID: 'value-of-id',
  OS_APPLICATION_CREDENTIAL_SECRET: 'value-of-secret',
};

function credentialsOf(environment: OpenStackEnvironment) {
  const { clouds, problems } = configureClouds(environment, undefined);
  expect(problems).toEqual([]);
  return clouds[0]!.credentials;
}

/** The one problem; it may repeat no value. */
function problemOf(environment: OpenStackEnvironment): string {
  const { clouds, problems } = configureClouds(environment, undefined);
  expect(clouds).toEqual([]);
  expect(problems).toHaveLength(1);
  const { message } = problems[0]!;
  expect(message).not.toContain('value-of');
  return message;
}

describe('the OS_* variables', () => {
  it('describe no cloud when there are none', () => {
    expect(configureClouds({}, undefined)).toEqual({ clouds: [], problems: [] });
  });

  it('name user and project, with their domains', () => {
    const environment = { ...PASSWORD, OS_USER_DOMAIN_NAME: 'people', OS_PROJECT_DOMAIN_ID: 'd1' };
    expect(credentialsOf(environment)).toMatchObject({
      authentication: {
        method: 'password',
        user: { name: 'value-of-user' },
        userDomain: { name: 'people' },
        password: 'value-of-password',
        project: { name: 'value-of-project' },
        projectDomain: { id: 'd1' },
      },
      interface: 'public',
      insecure: false,
    });
  });

  it('give user and project by id, which wins over the name', () => {
    expect(credentialsOf({ ...PASSWORD, OS_USER_ID: 'u1', OS_PROJECT_ID: 'p1' })).toMatchObject({
      authentication: { user: { id: 'u1' }, project: { id: 'p1' } },
      origin: { login: 'OS_USER_ID, OS_PASSWORD, OS_PROJECT_ID' },
    });
  });

  it('give an application credential by id', () => {
    expect(credentialsOf(CREDENTIAL).authentication).toEqual({
      method: 'application-credential',
      credential: { id: 'value-of-id' },
      secret: 'value-of-secret',
    });
  });

  it('give an application credential by name, with whose it is', () => {
    const environment: OpenStackEnvironment = {
      ...PASSWORD,
      OS_APPLICATION_CREDENTIAL_NAME: 'builder',
      OS_APPLICATION_CREDENTIAL_SECRET: 'value-of-secret',
      OS_USER_DOMAIN_ID: 'd1',
    };
    expect(credentialsOf(environment).authentication).toEqual({
      method: 'application-credential',
      credential: { name: 'builder' },
      secret: 'value-of-secret',
      user: { name: 'value-of-user' },
      userDomain: { id: 'd1' },
    });
  });

  it.each(['OS_USERNAME', 'OS_PASSWORD', 'OS_PROJECT_NAME'] as const)('are incomplete without %s', (name) => {
    expect(problemOf({ ...PASSWORD, [name]: undefined })).toContain(name);
  });

  it.each(['OS_APPLICATION_CREDENTIAL_ID', 'OS_APPLICATION_CREDENTIAL_SECRET'] as const)(
    'are incomplete without %s',
    (name) => {
      expect(problemOf({ ...CREDENTIAL, [name]: undefined })).toContain(name);
    },
  );

  it('want the user of a credential by name', () => {
    expect(
      problemOf({
        ...CREDENTIAL,
        OS_APPLICATION_CREDENTIAL_ID: undefined,
        OS_APPLICATION_CREDENTIAL_NAME: 'value-of-name',
      }),
    ).toMatch(/^OS_USERNAME or OS_USER_ID/);
  });

  it.each([
    ['OS_AUTH_URL', 'value-of-url'],
    ['OS_AUTH_URL', 'ftp://value-of-host/'],
    ['OS_AUTH_URL', 'https://admin:value-of-password@cloud.example/'],
    ['OS_AUTH_TYPE', 'value-of-type'],
    ['OS_INTERFACE', 'value-of-interface'],
    ['OS_INSECURE', 'value-of-insecure'],
    ['OS_CACERT', '/nonexistent/value-of-path'],
  ])('are wrong with another %s: %s', (name, value) => {
    expect(problemOf({ ...PASSWORD, [name]: value })).toMatch(new RegExp(`^${name} `));
  });

  describe('with a CA', () => {
    let directory = '';
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'environment-'));
    });
    afterEach(() => rm(directory, { recursive: true }));

    it('trust it', async () => {
      const path = join(directory, 'ca.pem');
      await writeFile(path, 'PEM');
      expect(credentialsOf({ ...PASSWORD, OS_CACERT: path })).toMatchObject({ ca: 'PEM' });
    });
  });

  it('set what test servers need', () => {
    const { clouds } = configureClouds(
      {
        ...PASSWORD,
        OS_FLAVOR_ID: 'm1',
        OS_NETWORK_ID: 'n1',
        OS_SSH_KEY_NAME: 'k1',
        OS_SECURITY_GROUPS: 'a, b,',
      },
      '192.0.2.1:50051',
    );
    expect(clouds).toEqual([
      expect.objectContaining({
        name: 'openstack',
        flavor: 'm1',
        network: 'n1',
        keypair: 'k1',
        securityGroups: ['a', 'b'],
        managerAddress: '192.0.2.1:50051',
      }),
    ]);
  });
});
