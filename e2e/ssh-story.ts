/** What both lengths of the story over SSH do and prove. */
import { expect, type Page } from "@playwright/test";
import { lines, piecesDuring, countOutcomes, unwell, mostOutAtOnce, trueSteps } from "./truth.ts";
import { verdict } from "./console.ts";
import { figure, seconds } from "./figures.ts";
import { leftBehind, type SshWorld } from "./ssh-world.ts";

/** The connection is tested; a person compares what the screen shows with what the host says, and vouches for it. */
export async function confirmKey(page: Page, world: SshWorld): Promise<void> {
  const { url } = world.console();
  await page.goto(`${url}/clusters/${world.clusterId}/settings`);
  const tried = page.getByRole("complementary", { name: "Test of the connection" });
  await tried.getByRole("button", { name: "Test connection" }).click();
  const [first] = world.twin.nodes;
  const key = tried.getByRole("listitem").filter({ hasText: `The key of ${first?.name ?? ""} is known` });
  await expect(key).toContainText(`ED25519 ${world.fingerprint}`);
  await key.getByRole("button", { name: `This is the key of ${first?.name ?? ""}` }).click();
  // One machine behind all these names: what is known of the one is known of the others.
  await expect(tried).not.toContainText("is known", { timeout: 30_000 });
  await expect(tried).toContainText(/Reached, \d+ nodes/);
  await page.goto(`${url}/clusters/${world.clusterId}/audit`);
  await expect(page.getByRole("table").first()).toContainText(
    `confirmed the host key of ${first?.name ?? ""} as sluice-test: ED25519 ${world.fingerprint}`,
  );
}

export async function untilFinished(page: Page): Promise<void> {
  await expect(verdict(page)).toContainText("Finished, 0 queries cut.", { timeout: 13 * 60_000 });
}

/** Each script once a node, nothing failed or cut, every node on its new version, nothing left on the hosts. */
export async function onceAndWhole(world: SshWorld, nodeIds: readonly string[], beganAtMs: number): Promise<void> {
  const { twin } = world;
  const endedAtMs = Date.now();
  await twin.rate({ short: 0, medium: 0, long: 0, stream: 0, broker: 0 });
  const pieces = () => piecesDuring(twin.truth(), beganAtMs, endedAtMs).filter(({ kind }) => kind !== "routine");
  await expect.poll(() => countOutcomes(pieces()).running, { timeout: 60_000 }).toBe(0);
  const truth = twin.truth();
  const ran = lines(truth, "script")
    .filter(({ atMs, script }) => atMs >= beganAtMs && /\bst(op|art)_(fe|be|cn)\.sh$/.test(script))
    .map(({ node, script }) => `${node} ${script.split("/").at(-1) ?? ""}`);
  const once = nodeIds.flatMap((node) => ["start", "stop"].map((act) => `${node} ${act}_${node.slice(0, 2)}.sh`));
  expect(ran.toSorted(), "each script ran once").toEqual(once.toSorted());
  const signals = lines(truth, "signal").filter(({ atMs }) => atMs >= beganAtMs);
  expect(signals.map(({ node }) => node).toSorted(), "each node was told once").toEqual([...nodeIds].toSorted());
  const steps = trueSteps(truth, beganAtMs, new Map());
  expect(steps.map(({ how, version }) => `${how ?? ""} ${version?.slice(0, 5) ?? ""}`)).toEqual(
    nodeIds.map(() => "graceful 4.0.7"),
  );
  expect(mostOutAtOnce(steps)).toBe(1);
  expect(unwell(pieces())).toEqual([]);
  const { ok, failed, cut, refused } = countOutcomes(pieces());
  expect(ok).toBeGreaterThan(100);
  expect(leftBehind(twin)).toEqual([]);
  figure(
    `over SSH: ${nodeIds.length} nodes in ${seconds(endedAtMs - beganAtMs)}; each script once; of ${ok} queries and loads ` +
      `${failed} failed, ${cut} cut, ${refused} refused`,
  );
}
