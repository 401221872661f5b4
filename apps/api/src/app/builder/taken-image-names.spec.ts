import type { DistroDefinition } from '@image-manager/contracts';
import type { RegisteredDistro } from './distro-registry.service.js';
import { withoutTakenNames } from './taken-image-names.js';

const distro = (id: string, imageName: string): RegisteredDistro => ({
  id,
  file: `${id}.yaml`,
  definition: { id, imageName } as DistroDefinition,
  digest: 'd',
  imageNameLine: 3,
  problems: [],
});

describe('withoutTakenNames', () => {
  it('leaves a name to the first definition by id, and says in the others where and by whom it is taken', () => {
    const [first, other] = [distro('debian-12', 'Debian 12'), distro('debian-13', 'Debian 13')];
    const broken: RegisteredDistro = { id: 'broken', file: 'broken.yaml', problems: [] };
    const read = withoutTakenNames([distro('debian-12-lts', 'Debian 12'), other, broken, first]);
    expect(read).toEqual([
      broken,
      first,
      {
        id: 'debian-12-lts',
        file: 'debian-12-lts.yaml',
        problems: [
          {
            file: 'debian-12-lts.yaml',
            line: 3,
            field: 'imageName',
            code: 'NAME_TAKEN',
            expected: 'debian-12.yaml',
            found: 'Debian 12',
            message:
              'is the name of debian-12.yaml’s images already: users would see two of one name; found “Debian 12”',
          },
        ],
      },
      other,
    ]);
  });
});
