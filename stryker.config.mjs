/** Mutation testing of lib/run; `scripts/mutation.ts` starts it. Sentences are no rules: string literals stay as they are. */
export default {
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts", related: false },
  plugins: ["@stryker-mutator/vitest-runner", "./scripts/mutation-sample.mjs"],
  mutate: ["lib/run/**/*.ts", "!lib/run/**/*.test.ts", "!lib/run/testing/**"],
  // What is copied beside itself to be changed: nothing of what was built.
  ignorePatterns: ["**", "!lib/**", "!vitest.mutation.config.ts", "!package.json", "!tsconfig.json"],
  coverageAnalysis: "perTest",
  concurrency: 2,
  // Machines are busy: what is only starved is not to be taken for a loop without end.
  timeoutMS: 30_000,
  mutator: { excludedMutations: ["StringLiteral"] },
  reporters: ["json"],
  jsonReporter: { fileName: "reports/mutation/mutation.json" },
  tempDirName: ".stryker-tmp",
};
