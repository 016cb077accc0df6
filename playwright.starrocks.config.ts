import { defineConfig } from "@playwright/test";
import usual from "./playwright.config.ts";

/** The stories on real front ends; console and browser run where the rig's cluster can be reached. */
export default defineConfig(usual, { testDir: "e2e/starrocks", testMatch: "**/*.rig.ts", timeout: 30 * 60_000 });
