import 'reflect-metadata';
import { causeOf } from './stage-failure.js';

describe('causeOf', () => {
  it('takes a cloud that was taken out of the configuration for no defect of ours', async () => {
    process.env['HTTP_PASSWORD'] ??= 'for the tests';
    // Imported late: what it imports reads the environment as it loads.
    const { Clouds } = await import('../openstack/index.js');
    let found: unknown;
    try {
      new Clouds([]).get('lab');
    } catch (error) {
      found = causeOf(error, { stage: 'boot', cloud: 'lab' });
    }
    expect(found).toMatchObject({
      stage: 'boot',
      cloud: 'lab',
      code: 'UNKNOWN_CLOUD',
      fault: 'user',
      message: 'Cloud lab is not configured any more',
    });
  });
});
