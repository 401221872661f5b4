import { nodePreset } from '../../jest.preset.mjs';

export default { ...nodePreset, rootDir: import.meta.dirname, testTimeout: 20_000 };
