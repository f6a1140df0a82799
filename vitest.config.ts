import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default', './tests/support/count-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/**/fixtures/**', 'tests/{e2e,package}/**'],
        },
      },
      {
        // Apart, because only these need the packed package.
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/{e2e,package}/**/*.test.ts'],
          globalSetup: 'tests/e2e/setup.ts',
          testTimeout: 120_000,
        },
      },
    ],
  },
})
