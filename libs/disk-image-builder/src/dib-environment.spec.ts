import { cacheDirectory, dibEnvironment, searchPath } from './dib-environment.js';
import { exampleDefinition, exampleHost, exampleSpec } from './testing/definition.js';

describe('dibEnvironment', () => {
  it('hands on nothing of this process but home and user', () => {
    process.env['SECRET_OF_OURS'] = 'hunter2';
    const environment = dibEnvironment(exampleSpec(), exampleHost());
    delete process.env['SECRET_OF_OURS'];
    expect(environment).not.toHaveProperty('SECRET_OF_OURS');
    expect(environment).toMatchObject({
      DIB_RELEASE: 'bookworm',
      DIB_GRUB_TIMEOUT: '0',
      TMP_DIR: '/var/lib/image-manager/builds/7/tmp',
      ELEMENTS_PATH: '/opt/image-manager/elements',
      DIB_IMAGE_MANAGER_USERS: '[{"name":"debian","sudo":true,"groups":["adm"]}]',
      DIB_DEBOOTSTRAP_EXTRA_ARGS: '--force-check-gpg',
      IMAGE_MANAGER_WORK_DIRECTORY: '/var/lib/image-manager/builds/7',
    });
  });

  it.each([
    ['3.13.0', 'bookworm', '-security'],
    ['3.13.0', 'bullseye', undefined],
    ['3.14.0', 'bookworm', undefined],
    ['3.39.0', 'trixie', '-security'],
    ['3.42.0', 'bookworm', undefined],
    ['3.42.0', 'trixie', undefined],
  ])("mends DIB %s's security suite of %s with %s", (version, release, expected) => {
    const spec = exampleSpec({ definition: exampleDefinition({ release }) });
    const environment = dibEnvironment(
      spec,
      exampleHost({ dib: { program: '/usr/bin/disk-image-create', version } }),
    );
    expect(environment['DIB_DEBIAN_SECURITY_SUBPATH']).toBe(expected);
  });

  it('takes the security archive from the configuration, else from the host', () => {
    const host = exampleHost({ securityArchive: 'http://host.example/debian-security' });
    const read = (settings: { securityMirror?: string }) =>
      dibEnvironment(exampleSpec({ settings }), host)['DIB_DEBIAN_SECURITY_MIRROR'];
    expect(read({})).toBe('http://host.example/debian-security');
    expect(read({ securityMirror: 'http://mirror.example/s' })).toBe('http://mirror.example/s');
  });

  it("gives Ubuntu its own mirror and none of Debian's", () => {
    const settings = { ubuntuMirror: 'http://u.example', distributionMirror: 'http://d.example' };
    const definition = exampleDefinition({ family: 'ubuntu', release: 'noble' });
    const environment = dibEnvironment(exampleSpec({ settings, definition }), exampleHost());
    expect(environment['DIB_DISTRIBUTION_MIRROR']).toBe('http://u.example');
    expect(environment).not.toHaveProperty('DIB_DEBIAN_SECURITY_SUBPATH');
  });

  it('trusts a named keyring in debootstrap and, for the time of the build, in the image', () => {
    const environment = dibEnvironment(exampleSpec({ settings: { aptKeyring: '/k.gpg' } }), exampleHost());
    expect(environment['DIB_DEBOOTSTRAP_EXTRA_ARGS']).toBe(
      '--force-check-gpg --keyring=/var/lib/image-manager/builds/7/archive-keyring.gpg',
    );
    expect(environment['DIB_ADD_APT_KEYS']).toBe('/var/lib/image-manager/builds/7/apt-keys');
  });

  it('spells proxies both ways', () => {
    const environment = dibEnvironment(
      exampleSpec({ settings: { httpProxy: 'http://p:3128' } }),
      exampleHost(),
    );
    expect(environment).toMatchObject({ http_proxy: 'http://p:3128', HTTP_PROXY: 'http://p:3128' });
    expect(environment).not.toHaveProperty('no_proxy');
  });

  it('keeps a cache per definition, because apt locks it', () => {
    expect(cacheDirectory(exampleSpec())).toBe('/var/lib/image-manager/builds/cache/debian-12');
    expect(cacheDirectory(exampleSpec({ cacheDirectory: '/c' }))).toBe('/c/debian-12');
  });
});

describe('searchPath', () => {
  it('puts in only the stand-ins that the host needs', () => {
    expect(searchPath(exampleHost({ root: false }))).not.toContain('stand-ins');
    expect(searchPath(exampleHost())).toMatch(/^\/[^:]*stand-ins\/root:\/usr/);
    expect(searchPath(exampleHost({ deviceMapper: false }))).toMatch(
      /stand-ins\/root:[^:]*no-device-mapper:/,
    );
  });

  it('finds a DIB that is installed elsewhere', () => {
    const host = exampleHost({ root: false, dib: { program: '/opt/dib/bin/disk-image-create' } });
    expect(searchPath(host)).toMatch(/^\/opt\/dib\/bin:/);
  });
});
