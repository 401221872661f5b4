import { dibArguments, findArgumentProblem, isPackageName } from './dib-arguments.js';
import { exampleDefinition, exampleHost, exampleSpec } from './testing/definition.js';

describe('dibArguments', () => {
  it('is the whole command line, elements last', () => {
    const spec = exampleSpec({
      extraPackages: ['htop', 'vim-tiny'],
      extraArguments: ['--image-size', '4', 'devuser'],
    });
    expect(dibArguments(spec, exampleHost())).toEqual([
      ...['-a', 'amd64', '-t', 'qcow2', '-o', '/var/lib/image-manager/builds/7/image'],
      ...['--qemu-img-options', 'compression_type=zstd', '-p', 'vim-tiny,htop', '-n'],
      ...['--image-size', '4', 'devuser'],
      ...['debian-minimal', 'vm', 'cloud-init-custom', 'agent-install'],
    ]);
  });

  it('builds on disk when memory is short, and says so once', () => {
    const host = exampleHost({ memoryAvailableBytes: 2 * 1024 ** 3 });
    const spec = exampleSpec({ extraArguments: ['--no-tmpfs'] });
    expect(dibArguments(exampleSpec(), host)).toContain('--no-tmpfs');
    expect(dibArguments(spec, host).filter((argument) => argument === '--no-tmpfs')).toHaveLength(1);
  });

  it('compresses as the operator wants, and a raw image not at all', () => {
    const zlib = exampleSpec({ settings: { compression: 'zlib' } });
    expect(dibArguments(zlib, exampleHost())).toContain('compression_type=zlib');
    const raw = exampleSpec({ definition: exampleDefinition({ diskFormat: 'raw' }) });
    expect(dibArguments(raw, exampleHost())).not.toContain('--qemu-img-options');
  });
});

describe('findArgumentProblem', () => {
  it.each([
    [['-n', '-x', '--image-size', '8']],
    [['--image-size=8', 'devuser']],
    [['--mkfs-options', '-O ^metadata_csum']],
  ])('accepts %j', (args) => {
    expect(findArgumentProblem(args)).toBeUndefined();
  });

  it.each([
    [['-o', '/etc/passwd'], 0],
    [['-n', '--image-cache', '/tmp'], 1],
    [['-n', '--logfile=/tmp/x'], 1],
    [['--image-size'], 0],
    [['--image-size', '$(id)'], 1],
    [['../element'], 0],
    [['a;b'], 0],
    [[''], 0],
  ])('refuses %j at %i', (args, index) => {
    expect(findArgumentProblem(args)?.index).toBe(index);
  });
});

describe('isPackageName', () => {
  it.each(['vim', 'g++', 'libc6.1', 'libc6:i386'])('takes %s', (name) => {
    expect(isPackageName(name)).toBe(true);
  });
  it.each(['-y', 'Vim', 'a b', 'a,b', '', 'a=1', '../x'])('refuses "%s"', (name) => {
    expect(isPackageName(name)).toBe(false);
  });
});
