import { defineConfig } from "@playwright/test";
import usual from "./playwright.config.ts";

/** The stories on a real Kubernetes control plane; RIG is where it lives. */
export default defineConfig(usual, { testDir: "e2e/kubernetes", testMatch: "**/*.rig.ts", timeout: 120_000 });
