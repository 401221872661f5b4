import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigurationError, environmentSchema, validateEnvironment } from './config.schema.js';

const valid = { HTTP_PASSWORD: 'long enough' };

describe('the configuration', () => {
  it('has every variable in config.env.example', () => {
    const example = readFileSync(resolve(import.meta.dirname, '../../../../../config.env.example'), 'utf8');
    const named = [...example.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(environmentSchema.shape).sort());
  });

  it('has a default for everything but the password', () => {
    expect(validateEnvironment(valid)).toMatchObject({
      HTTP_ADDRESS: '127.0.0.1:8080',
      GRPC_ADDRESS: '127.0.0.1:50051',
      MAX_CONCURRENT_BUILDS: 1,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(
      validateEnvironment({ ...valid, SSH_INJECT_KEY: '', OS_AUTH_URL: '' }).OS_AUTH_URL,
    ).toBeUndefined();
  });

  it.each([
    ['HTTP_PASSWORD', undefined, 'HTTP_PASSWORD is not set'],
    ['HTTP_PASSWORD', 'hunter2', 'HTTP_PASSWORD must have at least 8 characters'],
    ['HTTP_ADDRESS', 'everywhere', 'HTTP_ADDRESS must be host:port'],
    ['GRPC_ADDRESS', '127.0.0.1:99999', 'GRPC_ADDRESS port must be at most 65535'],
    ['MAX_CONCURRENT_BUILDS', 'many', 'MAX_CONCURRENT_BUILDS must be a number'],
    ['MAX_PARALLEL_CLOUDS', '65', 'MAX_PARALLEL_CLOUDS must be at most 64'],
    ['LOCAL_FLAVOR_MEMORY_MB', '255', 'LOCAL_FLAVOR_MEMORY_MB must be at least 256'],
    ['LOCAL_FLAVOR_VCPUS', '1.5', 'LOCAL_FLAVOR_VCPUS must be a whole number'],
    ['LOCAL_CLOUD', 'maybe', 'LOCAL_CLOUD must be auto, on or off'],
    ['DIB_HTTP_PROXY', 'proxy:3128', 'DIB_HTTP_PROXY must be an http or https URL'],
  ])('names %s when it is %j, and never prints its value', (name, value, message) => {
    let error: unknown;
    try {
      validateEnvironment({ ...valid, [name]: value });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toContain(message);
    if (value !== undefined) expect((error as Error).message).not.toContain(value);
  });
});
