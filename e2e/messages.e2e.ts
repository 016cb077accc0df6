/**
 * What an operator reads when something is not as the console needs it: what, where, why and what to do. Each message is
 * then followed to the letter, and the trouble is gone without a restart of the console.
 */
import { expect, test, type Locator, type Page } from "@playwright/test";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "#server/testing/ports.ts";
import { startTwin, type Twin } from "#twin/harness.ts";
import { type ConsoleProcess, startConsole } from "./console-process.ts";
import { verdict } from "./console.ts";

let running: Twin | null = null;
test.beforeAll(async () => {
  running = await startTwin({ frontends: 1, backends: 1, computeNodes: 0, load: "off" });
});
test.afterAll(async () => {
  await running?.stop();
});

test("A wrong password is told with who was refused, where, and which file to correct", async ({ page }) => {
  const file = join(twin().root, "wrong-password");
  writeFileSync(file, "not this one\n");
  const change = (text: string): string => text.replace(join(twin().root, "password"), file);
  await withConsole("wrong-password", page, change, async () => {
    const fe = `${twin().node("fe-01").host}:9030`;
    await expect(verdict(page)).toContainText("No data yet.");
    await expect(verdict(page)).toContainText(`${fe}: login as root failed: Access denied for user 'root'`);
    await expect(verdict(page)).toContainText(`correct account.user, or the password in file:${file}`);
    await expect(page.getByText(twin().password)).toHaveCount(0);

    writeFileSync(file, `${twin().password}\n`);
    await expect(verdict(page)).toContainText("2 of 2 nodes serving.");
  });
});

test("An FE that cannot be reached is told with its address and what to look at", async ({ page }) => {
  // Nobody listens there yet.
  const port = await freePort();
  const change = (text: string): string => text.replace(`${twin().node("fe-01").host}:9030`, `127.0.0.1:${port}`);
  await withConsole("unreachable", page, change, async () => {
    await expect(verdict(page)).toContainText("No data yet.");
    await expect(verdict(page)).toContainText(
      `127.0.0.1:${port}: connection refused; is the FE running, and is this its query port? Start it, or name another one under frontends:`,
    );
  });
});

test("A missing right is told as the GRANT that gives it, and that GRANT is enough", async ({ page }) => {
  await twin().sql("fe-01", `CREATE USER 'watcher' IDENTIFIED BY '${twin().password}'`);
  await withConsole(
    "rights",
    page,
    (text) => text.replace("user: root", "user: watcher"),
    async () => {
      await expect(verdict(page)).toContainText(
        "Access denied; you need (at least one of) the OPERATE OR NODE privilege",
      );
      const said = await verdict(page).innerText();
      const [grant, ...more] = statements(said);
      expect([grant, ...more]).toEqual([
        "GRANT OPERATE, BLACKLIST ON SYSTEM TO USER 'watcher'@'%';",
        "GRANT cluster_admin TO USER 'watcher'@'%';",
        "SET DEFAULT ROLE ALL TO 'watcher'@'%';",
      ]);

      // Half of it: the cluster is seen, and a plan says what is left.
      await twin().sql("fe-01", "GRANT OPERATE ON SYSTEM TO USER 'watcher'@'%'");
      await expect(verdict(page)).toContainText("2 of 2 nodes serving.");
      await openPlanOf(page, "4.0.7");
      const check = checkOf(page, "The account may do what a run needs");
      await expect(check).toContainText("not granted to 'watcher'@'%': BLACKLIST");
      const left = statements(await check.innerText());
      expect(left).toEqual([
        "GRANT BLACKLIST ON SYSTEM TO USER 'watcher'@'%';",
        "GRANT cluster_admin TO USER 'watcher'@'%';",
        "SET DEFAULT ROLE ALL TO 'watcher'@'%';",
      ]);
      for (const statement of left) await twin().sql("fe-01", statement.replace(/;$/, ""));
      await page.getByRole("button", { name: "Check again" }).click();
      await expect(check).toContainText("pass");
    },
  );
});

test("A missing artifact is told with the host, the folder and the version that it lacks", async ({ page }) => {
  const artifact = join(twin().root, "artifacts/StarRocks-4.0.7/be");
  renameSync(artifact, `${artifact}.away`);
  await withConsole(
    "artifact",
    page,
    (text) => text,
    async () => {
      await openPlanOf(page, "4.0.7");
      const check = checkOf(page, "4.0.7 lies on its host, whole");
      await expect(check).toContainText("fail");
      await expect(check).toContainText("be-01");
      await expect(check).toContainText(`${join(twin().root, "artifacts")} on local holds no be of 4.0.7`);
      await expect(check).toContainText("npack the release there");
      await expect(page.getByRole("button", { name: "Start…" })).toHaveAttribute("aria-disabled", "true");

      renameSync(`${artifact}.away`, artifact);
      await page.getByRole("button", { name: "Check again" }).click();
      await expect(check).toContainText("pass");
    },
  );
});

// ------------------------------------------------------------------------------------------------------------- verbs

function twin(): Twin {
  if (running === null) throw new Error("the twin is there while a test runs");
  return running;
}

/** A console of its own over the twin, with something changed in its configuration; ended whatever comes. */
async function withConsole(
  name: string,
  page: Page,
  change: (text: string) => string,
  story: () => Promise<void>,
): Promise<void> {
  const file = join(twin().root, `${name}.yaml`);
  const port = await freePort();
  const clusters = change(readFileSync(twin().configPath, "utf8"));
  writeFileSync(file, `console:\n  listen: 127.0.0.1:${port}\n  data: ./console-${name}\n${clusters}`);
  const started: ConsoleProcess = await startConsole(file, "dana.kim");
  try {
    await page.goto(started.loginLink);
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "twin" })).toBeVisible();
    await story();
  } finally {
    await started.stop();
  }
}

async function openPlanOf(page: Page, version: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/clusters/twin/plan?version=${version}`);
  await expect(page.getByRole("heading", { level: 1, name: /^Plan/ })).toBeVisible();
}

function checkOf(page: Page, title: string): Locator {
  return page.getByRole("list", { name: "Checks" }).getByRole("listitem").filter({ hasText: title }).first();
}

/** The SQL that is printed, statement by statement. */
function statements(text: string): readonly string[] {
  return [...text.matchAll(/(?:GRANT|SET DEFAULT ROLE) [^;]*;/g)].map(([statement]) => statement);
}
