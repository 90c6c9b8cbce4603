import tseslint from 'typescript-eslint';

const noSumOverAwait = {
  selector: 'AssignmentExpression[operator=/^[-+*/%]=$/] > AwaitExpression.right',
  message: 'The left side is read before the wait: what others add meanwhile is lost.',
};

// One linter with type-aware rules. Purity of the domain is a rule here as well as in the import test.
export default tseslint.config(
  { ignores: ['node_modules/', 'coverage/', '.data/', 'test/bench/peers/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ['*.js', 'adapters/cli/*.js', 'test/*.js', 'test/bench/*.js'],
        },
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', noSumOverAwait],
    },
  },
  {
    files: ['domain/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        'process',
        'performance',
        'crypto',
        'setTimeout',
        'setInterval',
        'fetch',
      ],
      'no-restricted-syntax': [
        'error',
        noSumOverAwait,
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'Time arrives in the command.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Time arrives in the command.',
        },
        {
          selector: "MemberExpression[object.name='Math'][property.name='random']",
          message: 'Chance arrives in the command.',
        },
      ],
    },
  },
  {
    files: ['adapters/cli/**', 'test/**', 'docs/generate.ts'],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
);
