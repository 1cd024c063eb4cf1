import prettier from 'eslint-config-prettier';
import globals from 'globals';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      '**/.cache/**',
      '**/.venv/**',
      '**/out/**',
      '**/lib/**',
      '**/dist/**',
      '**/build/**',
      'test-results/**',
      'server/hipwright_server/labextension/**'
    ]
  },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-extraneous-class': 'off'
    }
  },
  {
    // Scripts that a person runs from a terminal talk to it.
    files: ['**/*.mjs', '**/scripts/**'],
    rules: { 'no-console': 'off' }
  },
  prettier
);
