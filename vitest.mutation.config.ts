import { defineConfig } from "vitest/config";

/**
 * The unit tests of lib/run as mutation testing runs them. They share no state, so that modules are read once for all files.
 * Properties play whole histories at random: too slow for each mutant, and what kills it would be chance.
 */
export default defineConfig({
  test: {
    include: ["lib/run/**/*.test.ts"],
    exclude: ["lib/run/properties.test.ts", "**/*.int.test.ts"],
    isolate: false,
  },
});
