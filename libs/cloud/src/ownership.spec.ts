import { describe, expect, it } from '@jest/globals';
import { BUILD_PROPERTY, INSTALLATION_PROPERTY, ownershipProperties, readOwnership } from './ownership.js';

describe('ownership', () => {
  it('is read back from the properties it was written to', () => {
    const ownership = { installationId: 'a1', buildId: 17 };
    expect(readOwnership({ os_distro: 'debian', ...ownershipProperties(ownership) })).toEqual(ownership);
  });

  it.each([
    ['no mark', {}],
    ['no build', { [INSTALLATION_PROPERTY]: 'a1' }],
    ['no installation', { [BUILD_PROPERTY]: '17' }],
    ['an empty installation', { [INSTALLATION_PROPERTY]: '', [BUILD_PROPERTY]: '17' }],
    ['a build that is no number', { [INSTALLATION_PROPERTY]: 'a1', [BUILD_PROPERTY]: '17x' }],
  ])('counts a resource with %s as foreign', (_case, properties) => {
    expect(readOwnership(properties)).toBeUndefined();
  });
});
