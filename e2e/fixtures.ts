/** A world of its own for each story, taken down whatever the story came to. */
import { test } from "@playwright/test";
import type { StartOptions } from "#twin/harness.ts";
import { startWorld, type World } from "./world.ts";

/** Started once for the file or group that asks; the function answers while its tests run. */
export function useWorld(options: StartOptions = {}): () => World {
  let world: World | null = null;
  test.beforeAll(async () => {
    world = await startWorld(options);
  });
  test.afterAll(async () => {
    await world?.stop();
    world = null;
  });
  return () => {
    if (world === null) throw new Error("the world is there while a test runs");
    return world;
  };
}
