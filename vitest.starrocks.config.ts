import { defineConfig } from "vitest/config";

/** Tests that need real StarRocks front ends: `npm run test:starrocks` runs them inside the rig. */
export default defineConfig({
  test: {
    include: ["**/*.starrocks.int.test.ts"],
    exclude: ["node_modules", ".next"],
    environment: "node",
    testTimeout: 600_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
