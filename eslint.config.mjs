import nx from '@nx/eslint-plugin';
import angular from 'angular-eslint';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Who may import whom. A project carries one `scope:` tag; nothing may import everything. */
const depConstraints = [
  { sourceTag: 'scope:contracts', onlyDependOnLibsWithTags: ['scope:contracts'] },
  { sourceTag: 'scope:agent-contract', onlyDependOnLibsWithTags: ['scope:contracts'] },
  { sourceTag: 'scope:pipeline', onlyDependOnLibsWithTags: ['scope:contracts'] },
  { sourceTag: 'scope:cloud', onlyDependOnLibsWithTags: ['scope:contracts'] },
  { sourceTag: 'scope:adapter', onlyDependOnLibsWithTags: ['scope:cloud', 'scope:contracts'] },
  {
    sourceTag: 'scope:api',
    onlyDependOnLibsWithTags: [
      'scope:contracts',
      'scope:agent-contract',
      'scope:pipeline',
      'scope:cloud',
      'scope:adapter',
    ],
  },
  {
    sourceTag: 'scope:dashboard',
    onlyDependOnLibsWithTags: ['scope:contracts'],
    bannedExternalImports: ['@nestjs/*', 'typeorm', '@grpc/*'],
  },
  { sourceTag: 'scope:agent', onlyDependOnLibsWithTags: ['scope:agent-contract', 'scope:contracts'] },
  { sourceTag: 'type:lib', bannedExternalImports: ['@nestjs/*', 'typeorm', '@angular/*'] },
];

/** The API's feature modules; each is reached from another only through its index.ts. */
const apiModules = [
  'agent',
  'auth',
  'builder',
  'config',
  'errors',
  'health',
  'live-log',
  'openstack',
  'storage',
];

export default tseslint.config(
  { ignores: ['**/dist', '**/node_modules', '.nx', '**/.angular', '**/generated', 'var'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        // The spec configurations take in all of a project's sources.
        project: ['libs/*/tsconfig.spec.json', 'apps/*/tsconfig.spec.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { enforceBuildableLibDependency: true, allow: [], depConstraints },
      ],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowEmpty: true }],
      // Nest's DTOs and options are classes for their decorators; what fills them are plain objects of the same shape.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'off',
    },
  },
  ...apiModules.map((name) => ({
    files: [`apps/api/src/app/${name}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: apiModules
            .filter((other) => other !== name)
            .map((other) => ({
              regex: `(^|/)\\.\\./${other}/(?!index\\.js$)`,
              message: `Import ${other} through its index.ts.`,
            })),
        },
      ],
    },
  })),
  {
    files: ['**/*.spec.ts', '**/testing/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: ['apps/dashboard/**/*.ts'],
    extends: [...angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
  },
  {
    files: ['apps/dashboard/**/*.html'],
    extends: [...angular.configs.templateRecommended, ...angular.configs.templateAccessibility],
  },
  prettier,
);
