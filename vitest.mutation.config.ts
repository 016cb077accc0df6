import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The first failure is enough: the recorded histories find most of them, and loading every other file takes its time. */
class HistoriesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => (moduleId.endsWith("/recorded.test.ts") ? 0 : 1);
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

/**
 * The unit tests of lib/run as mutation testing runs them. They share no state, so that modules are read once for all files.
 * Properties play whole histories at random: too slow for each mutant, and what kills it would be chance.
 */
export default defineConfig({
  test: {
    include: ["lib/run/**/*.test.ts"],
    exclude: ["lib/run/properties.test.ts", "**/*.int.test.ts"],
    isolate: false,
    sequence: { sequencer: HistoriesFirst },
  },
});
