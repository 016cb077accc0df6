/** A host that nobody knows: its key is shown, compared and confirmed once, by name. What a roll over SSH proves takes longer (e2e/long). */
import { test } from "@playwright/test";
import { whatSshdLacks } from "#server/hosts/testing/sshd.ts";
import { logIn } from "./console.ts";
import { confirmKey } from "./ssh-story.ts";
import { startSshWorld, type SshWorld } from "./ssh-world.ts";

const lacking = whatSshdLacks();

let started: SshWorld | null = null;
test.skip(lacking !== null, lacking ?? "");
test.beforeAll(async () => {
  started = await startSshWorld({
    frontends: 1,
    backends: 1,
    computeNodes: 0,
    conf: { fe: [], be: ["twin_start_ms = 0", "twin_exit_steps_ms = 300"], cn: [] },
  });
});
test.afterAll(async () => await started?.stop());

test("A new host's key is shown as the host itself prints it, and confirmed by name once", async ({ page }) => {
  const world = started;
  if (world === null) throw new Error("the world is there while a test runs");
  await logIn(page, world);
  await confirmKey(page, world);
});
