import { defineConfig } from "vitest/config";

const int = ["**/*.int.test.ts"];

/** Unit tests sit beside the code and touch nothing outside the process; `*.int.test.ts` use sockets, files and processes. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{lib,server,app,components,cli,twin,scripts}/**/*.test.{ts,tsx}"],
          exclude: [...int, "node_modules", ".next"],
          environment: "node",
          // Properties run many histories; a machine may be busy.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "int",
          include: int,
          exclude: ["node_modules", ".next", "**/*.{starrocks,kubernetes}.int.test.ts"],
          environment: "node",
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // They mostly wait: for heartbeats, exits, time-outs.
          maxWorkers: 4,
        },
      },
    ],
  },
});
