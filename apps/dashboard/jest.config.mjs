export default {
  rootDir: import.meta.dirname,
  preset: 'jest-preset-angular',
  // A busy machine compiles for a while before the first test of a file gets its turn.
  testTimeout: 30_000,
  testEnvironment: 'jest-preset-angular/environments/jest-jsdom-env',
  setupFilesAfterEnv: ['<rootDir>/src/test-setup.ts'],
  moduleNameMapper: {
    '^@image-manager/contracts$': '<rootDir>/../../libs/contracts/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
