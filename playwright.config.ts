import { defineConfig } from "@playwright/test";

/** One story at a time: each has a cluster of processes of its own, whose times are those of the machine. */
export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.e2e.ts",
  testIgnore: "**/long/**",
  workers: 1,
  retries: 0,
  timeout: 15 * 60_000,
  expect: {
    timeout: 20_000,
    // Another build of the browser smooths letters a little differently; what moved or changed its colour is far more.
    toHaveScreenshot: { maxDiffPixelRatio: 0.004, animations: "disabled", caret: "hide" },
  },
  snapshotPathTemplate: "e2e/pictures/{arg}{ext}",
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    // What cannot be pressed within this is not there: a story says so instead of waiting for its own end.
    actionTimeout: 30_000,
    viewport: { width: 1440, height: 900 },
    colorScheme: "dark",
    // Without the film: painting for it all the time would take from the cluster what it needs.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
    launchOptions: {
      ...(process.env["CHROMIUM"] === undefined ? {} : { executablePath: process.env["CHROMIUM"] }),
      args: [
        "--no-sandbox",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
