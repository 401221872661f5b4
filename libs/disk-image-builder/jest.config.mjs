import { nodePreset } from '../../jest.preset.mjs';

// The specs start real processes; a machine that builds an image meanwhile takes its time.
export default { ...nodePreset, rootDir: import.meta.dirname, testTimeout: 120_000 };
