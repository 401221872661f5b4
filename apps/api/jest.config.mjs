import { nodePreset } from '../../jest.preset.mjs';

// These tests wait for processes of their own most of the time: as many workers as cores would leave those idle.
export default { ...nodePreset, rootDir: import.meta.dirname, testTimeout: 60_000, maxWorkers: 3 };
