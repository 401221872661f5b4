import { nodePreset } from '../../jest.preset.mjs';

// The specs start real programs, QEMU among them, which take their time on a busy machine.
export default { ...nodePreset, rootDir: import.meta.dirname, testTimeout: 60_000 };
