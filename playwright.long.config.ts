import { defineConfig } from "@playwright/test";
import usual from "./playwright.config.ts";

/** Stories of many runs, or of one in which everything goes wrong: for nights, and before a release. */
export default defineConfig(usual, { testDir: "e2e/long", testIgnore: [] });
