/** Mutation testing of lib/run; `scripts/mutation.ts` starts it. Sentences are no rules: string literals stay as they are. */
export default {
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts", related: false },
  plugins: ["@stryker-mutator/vitest-runner", "./scripts/mutation-sample.mjs"],
  mutate: ["lib/run/**/*.ts", "!lib/run/**/*.test.ts", "!lib/run/testing/**"],
  coverageAnalysis: "perTest",
  concurrency: 2,
  timeoutMS: 3000,
  mutator: { excludedMutations: ["StringLiteral"] },
  reporters: ["json"],
  jsonReporter: { fileName: "reports/mutation/mutation.json" },
  tempDirName: ".stryker-tmp",
};
