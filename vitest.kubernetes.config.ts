import { defineConfig } from "vitest/config";

const outage = "**/outage.kubernetes.int.test.ts";
const common = { environment: "node", testTimeout: 60_000, hookTimeout: 60_000 } as const;
const exclude = ["node_modules", ".next"];

/**
 * Tests that need a real Kubernetes control plane: `npm run test:kubernetes` starts the rig for them. Each has a namespace of
 * its own, and they mostly wait; the one that ends the API server runs after all others.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: "kubernetes",
          include: ["**/*.kubernetes.int.test.ts"],
          exclude: [...exclude, outage],
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...common, name: "outage", include: [outage], exclude, sequence: { groupOrder: 1 } } },
    ],
  },
});
