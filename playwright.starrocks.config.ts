import { defineConfig } from "@playwright/test";
import base from "./playwright.config.ts";

/** The operator's stories on real StarRocks front ends: `npm run test:starrocks` runs them inside the rig. */
export default defineConfig(base, { testMatch: "**/*.starrocks.e2e.ts", testIgnore: [], timeout: 30 * 60_000 });
