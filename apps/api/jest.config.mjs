import { nodePreset } from '../../jest.preset.mjs';

// These tests wait for processes of their own most of the time: one worker on two cores would leave them idle.
export default { ...nodePreset, rootDir: import.meta.dirname, testTimeout: 60_000, maxWorkers: 2 };
