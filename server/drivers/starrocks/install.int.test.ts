import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLocalHost } from "#server/hosts/local.ts";
import { Artifacts } from "./artifacts.ts";
import { finalize } from "./finalize.ts";
import { install, restorePrevious } from "./install.ts";
import { aConfig, recordedNodes } from "./testing/nodes.ts";
import { systemClock } from "./testing/console.ts";
import { World } from "./world.ts";

let root: string;
/** What ran before it was touched. */
const BEFORE = { nodeId: "be-02", version: "4.0.7-70d1c24" };
const { signal } = new AbortController();
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "install-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** A backend at rest in `root/be`, on 4.0.7. */
function world(installBy: Readonly<Record<string, unknown>>): { readonly world: World; readonly artifacts: Artifacts } {
  const home = join(root, "be");
  const config = aConfig({ nodes: { "192.0.2.12:9050": { name: "be-02", host: "h1", home } }, install: installBy });
  const made = new World(config, {
    clock: systemClock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    sent: () => {},
    stateDir: join(root, "console"),
    connectHost: ({ name, prefix }) => createLocalHost({ name, prefix, clock: systemClock }),
  });
  made.learn({ nodes: recordedNodes(config), by: "192.0.2.1:9030", readAtMs: 0 });
  return { world: made, artifacts: new Artifacts(made) };
}

function release(folder: string, version: string): void {
  write(join(folder, "lib/version"), `${version}-70d1c24\n`);
  write(join(folder, "lib/starrocks_be"), `program of ${version}`);
  write(join(folder, "bin/show_be_version.sh"), '#!/bin/sh\ncat "$(dirname "$0")/../lib/version"\n', 0o755);
}

function write(file: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
}

const read = (file: string): string => readFileSync(join(root, file), "utf8");

describe("swap", () => {
  const swap = (): Readonly<Record<string, unknown>> => ({ strategy: "swap", artifacts: join(root, "artifacts") });

  beforeEach(() => {
    release(join(root, "be"), "4.0.7");
    release(join(root, "artifacts/StarRocks-4.0.8/be"), "4.0.8");
  });

  it("replaces bin and lib, keeps the old ones, the pid file and an operator's own functions", async () => {
    write(join(root, "be/lib/udf/mine.jar"), "mine");
    write(join(root, "be/bin/be.pid"), "999999\n");
    write(join(root, "be/conf/be.conf"), "x = 1\n");
    const { world: made, artifacts } = world(swap());
    const outcome = await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
    expect(outcome).toMatchObject({ outcome: "done" });
    expect(read("be/lib/version")).toBe("4.0.8-70d1c24\n");
    expect(read("be/lib/udf/mine.jar")).toBe("mine");
    expect(read("be/bin/be.pid")).toBe("999999\n");
    expect(read("be/conf/be.conf")).toBe("x = 1\n");
    expect(read("be/.sluice/kept/4.0.7-70d1c24/lib/version")).toBe("4.0.7-70d1c24\n");
    expect(existsSync(join(root, "be/.sluice/kept/4.0.7-70d1c24/bin/show_be_version.sh"))).toBe(true);
  });

  it("asked again under the same id, copies nothing again", async () => {
    const { world: made, artifacts } = world(swap());
    await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
    write(join(root, "be/lib/touched"), "");
    expect(await install(made, artifacts, "i/1", "be-02", "4.0.8", signal)).toMatchObject({ outcome: "done" });
    expect(existsSync(join(root, "be/lib/touched"))).toBe(true);
  });

  it("begins again where it broke off, whichever part was moved", async () => {
    const { world: made, artifacts } = world(swap());
    rmSync(join(root, "be/bin"), { recursive: true });
    write(join(root, "be/.sluice/stage/lib/half"), "half");
    expect(await install(made, artifacts, "i/1", "be-02", "4.0.8", signal)).toMatchObject({ outcome: "done" });
    expect(existsSync(join(root, "be/lib/half"))).toBe(false);
    expect(existsSync(join(root, "be/bin/show_be_version.sh"))).toBe(true);
  });

  it("refuses an artifact that is not what its folder says", async () => {
    release(join(root, "artifacts/StarRocks-4.0.8/be"), "4.0.6");
    const { world: made, artifacts } = world(swap());
    const outcome = await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
    expect(outcome).toMatchObject({ outcome: "refused" });
    expect(JSON.stringify(outcome)).toContain("4.0.6-70d1c24");
  });

  it("says where it looked for a version that is not there", async () => {
    const { world: made, artifacts } = world(swap());
    const outcome = await install(made, artifacts, "i/1", "be-02", "4.0.9", signal);
    expect(JSON.stringify(outcome)).toContain(join(root, "artifacts"));
  });

  it("brings the kept version back, and the new one after that", async () => {
    const { world: made, artifacts } = world(swap());
    await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
    expect(await restorePrevious(made, "r/1", BEFORE, signal)).toMatchObject({ outcome: "done" });
    expect(read("be/lib/version")).toBe("4.0.7-70d1c24\n");
    expect(await restorePrevious(made, "r/2", BEFORE, signal)).toMatchObject({ outcome: "done" });
    expect(read("be/lib/version")).toBe("4.0.7-70d1c24\n");
    const later = { ...BEFORE, version: "4.0.8-70d1c24" };
    expect(await restorePrevious(made, "r/3", later, signal)).toMatchObject({ outcome: "done" });
    expect(read("be/lib/version")).toBe("4.0.8-70d1c24\n");
  });

  it("leaves what stood there where a refused install changed nothing, whatever an earlier upgrade has kept", async () => {
    const { world: made, artifacts } = world(swap());
    expect(await install(made, artifacts, "i/1", "be-02", "4.0.9", signal)).toMatchObject({ outcome: "refused" });
    expect(await restorePrevious(made, "r/1", BEFORE, signal)).toMatchObject({ outcome: "done" });
    expect(read("be/lib/version")).toBe("4.0.7-70d1c24\n");

    await install(made, artifacts, "i/2", "be-02", "4.0.8", signal);
    expect(await install(made, artifacts, "i/3", "be-02", "4.0.9", signal)).toMatchObject({ outcome: "refused" });
    const outcome = await restorePrevious(made, "r/2", { ...BEFORE, version: "4.0.8-70d1c24" }, signal);
    expect(outcome).toMatchObject({ outcome: "done", evidence: expect.stringContaining("nothing was replaced") });
    expect(read("be/lib/version")).toBe("4.0.8-70d1c24\n");
    expect(read("be/.sluice/kept/4.0.7-70d1c24/lib/version")).toBe("4.0.7-70d1c24\n");
  });

  it("a try that broke off between two parts loses neither version", async () => {
    const { world: made, artifacts } = world(swap());
    // As it stands when lib was replaced, bin was not, and the host went down.
    write(join(root, "be/.sluice/installing"), "4.0.7-70d1c24\n");
    mkdirSync(join(root, "be/.sluice/kept/4.0.7-70d1c24"), { recursive: true });
    renameSync(join(root, "be/lib"), join(root, "be/.sluice/kept/4.0.7-70d1c24/lib"));
    write(join(root, "be/lib/version"), "4.0.8-70d1c24\n");
    expect(await install(made, artifacts, "i/2", "be-02", "4.0.8", signal)).toMatchObject({ outcome: "done" });
    expect(read("be/.sluice/kept/4.0.7-70d1c24/lib/version")).toBe("4.0.7-70d1c24\n");
    expect(read("be/lib/version")).toBe("4.0.8-70d1c24\n");
    expect(await restorePrevious(made, "r/1", BEFORE, signal)).toMatchObject({ outcome: "done" });
    expect(read("be/lib/version")).toBe("4.0.7-70d1c24\n");
    expect(existsSync(join(root, "be/bin/show_be_version.sh"))).toBe(true);
  });

  it("restores after a try that broke off before the first part, to what never left its place", async () => {
    const { world: made, artifacts } = world(swap());
    await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
    mkdirSync(join(root, "artifacts/StarRocks-4.0.9/be/bin"), { recursive: true });
    expect(await install(made, artifacts, "i/2", "be-02", "4.0.9", signal)).toMatchObject({ outcome: "refused" });
    write(join(root, "be/.sluice/installing"), "4.0.8-70d1c24\n");
    expect(await restorePrevious(made, "r/1", { ...BEFORE, version: "4.0.8-70d1c24" }, signal)).toMatchObject({
      outcome: "done",
    });
    expect(read("be/lib/version")).toBe("4.0.8-70d1c24\n");
  });

  it("asked for again under another id, what lies there already is left, and the version before stays kept", async () => {
    const { world: made, artifacts } = world(swap());
    await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
    expect(await install(made, artifacts, "i/2", "be-02", "4.0.8", signal)).toMatchObject({ outcome: "done" });
    expect(read("be/.sluice/kept/4.0.7-70d1c24/lib/version")).toBe("4.0.7-70d1c24\n");
  });

  it("keeps one version back and no more", async () => {
    const { world: made, artifacts } = world(swap());
    release(join(root, "artifacts/StarRocks-4.0.9/be"), "4.0.9");
    await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
    await install(made, artifacts, "i/2", "be-02", "4.0.9", signal);
    expect(readdirSync(join(root, "be/.sluice/kept"))).toEqual(["4.0.8-70d1c24"]);
  });

  describe("rolling back", () => {
    it("brings back what was set aside, by a rename and without its artifact, and keeps what it replaces", async () => {
      const { world: made, artifacts } = world(swap());
      await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
      const before = statSync(join(root, "be/.sluice/kept/4.0.7-70d1c24/lib/starrocks_be")).ino;
      write(join(root, "be/lib/udf/mine.jar"), "mine");
      expect(await install(made, artifacts, "i/2", "be-02", "4.0.7", signal)).toMatchObject({ outcome: "done" });
      expect(read("be/lib/version")).toBe("4.0.7-70d1c24\n");
      expect(statSync(join(root, "be/lib/starrocks_be")).ino).toBe(before);
      expect(read("be/lib/udf/mine.jar")).toBe("mine");
      rmSync(join(root, "artifacts"), { recursive: true });
      expect(await install(made, artifacts, "i/3", "be-02", "4.0.8", signal)).toMatchObject({ outcome: "done" });
      expect(read("be/lib/version")).toBe("4.0.8-70d1c24\n");
    });

    it("takes the artifact instead of kept files that somebody changed, and refuses where there is none", async () => {
      const { world: made, artifacts } = world(swap());
      await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
      write(join(root, "be/.sluice/kept/4.0.7-70d1c24/lib/starrocks_be"), "something else");
      const outcome = await install(made, artifacts, "i/2", "be-02", "4.0.7", signal);
      expect(outcome).toMatchObject({ outcome: "refused" });
      expect(JSON.stringify(outcome)).toContain("not as it was when it was set aside");
      expect(read("be/lib/version")).toBe("4.0.8-70d1c24\n");
      release(join(root, "artifacts/StarRocks-4.0.7/be"), "4.0.7");
      expect(await install(made, artifacts, "i/3", "be-02", "4.0.7", signal)).toMatchObject({ outcome: "done" });
      expect(read("be/lib/starrocks_be")).toBe("program of 4.0.7");
    });

    it("goes on where it broke off between two parts", async () => {
      const { world: made, artifacts } = world(swap());
      await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
      rmSync(join(root, "artifacts"), { recursive: true });
      const kept = join(root, "be/.sluice/kept");
      write(join(root, "be/.sluice/returning"), "4.0.7-70d1c24 4.0.8-70d1c24\n");
      mkdirSync(join(kept, "4.0.8-70d1c24"));
      renameSync(join(root, "be/lib"), join(kept, "4.0.8-70d1c24/lib"));
      renameSync(join(kept, "4.0.7-70d1c24/lib"), join(root, "be/lib"));
      expect(await install(made, artifacts, "i/2", "be-02", "4.0.7", signal)).toMatchObject({ outcome: "done" });
      expect(read("be/lib/version")).toBe("4.0.7-70d1c24\n");
      expect(existsSync(join(kept, "4.0.8-70d1c24/bin/show_be_version.sh"))).toBe(true);
    });
  });

  describe("finalize", () => {
    const runs = (made: World, version: string, alive = true): void => {
      const nodes = made.nodes.map((node) => (node.id === "be-02" ? { ...node, version, alive } : node));
      made.learn({ nodes, by: "192.0.2.1:9030", readAtMs: 0 });
    };

    it("removes what the console set aside and nothing else, once, and again without a word", async () => {
      const { world: made, artifacts } = world(swap());
      write(join(root, "be/lib.bak/mine"), "an operator's own");
      await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
      runs(made, "4.0.8-70d1c24");
      const outcome = await finalize(made, "f/1", "be-02", signal);
      expect(outcome).toMatchObject({ outcome: "done" });
      expect(JSON.stringify(outcome)).toContain("removed 4.0.7-70d1c24");
      expect(existsSync(join(root, "be/.sluice/kept"))).toBe(false);
      expect(read("be/lib.bak/mine")).toBe("an operator's own");
      expect(read("be/lib/version")).toBe("4.0.8-70d1c24\n");
      expect(await finalize(made, "f/2", "be-02", signal)).toMatchObject({ outcome: "done" });
      expect(await restorePrevious(made, "r/1", BEFORE, signal)).toMatchObject({ outcome: "refused" });
    });

    it("is refused while something else than what was installed runs, or nothing", async () => {
      const { world: made, artifacts } = world(swap());
      await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
      runs(made, "4.0.7-70d1c24");
      expect(await finalize(made, "f/1", "be-02", signal)).toMatchObject({ outcome: "refused" });
      runs(made, "4.0.8-70d1c24", false);
      expect(await finalize(made, "f/2", "be-02", signal)).toMatchObject({ outcome: "refused" });
      expect(existsSync(join(root, "be/.sluice/kept/4.0.7-70d1c24/lib/version"))).toBe(true);
    });

    it("is refused after an installation that broke off", async () => {
      const { world: made, artifacts } = world(swap());
      await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
      write(join(root, "be/.sluice/installing"), "4.0.7-70d1c24\n");
      runs(made, "4.0.8-70d1c24");
      expect(await finalize(made, "f/1", "be-02", signal)).toMatchObject({ outcome: "refused" });
    });
  });

  it("takes a pid file that names some other program for stale: its number came again", async () => {
    const { world: made, artifacts } = world(swap());
    write(join(root, "be/bin/be.pid"), String(process.pid));
    const outcome = await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
    expect(outcome).toMatchObject({ outcome: "done" });
  });
});

describe("symlink", () => {
  it("points the link at the release, and back", async () => {
    release(join(root, "releases/4.0.7/be"), "4.0.7");
    release(join(root, "releases/4.0.8/be"), "4.0.8");
    mkdirSync(join(root, "be"));
    symlinkSync(join(root, "releases/4.0.7/be"), join(root, "be/current"));
    const { world: made, artifacts } = world({
      strategy: "symlink",
      releases: join(root, "releases"),
      link: "current",
    });
    expect(await install(made, artifacts, "i/1", "be-02", "4.0.8", signal)).toMatchObject({ outcome: "done" });
    expect(read("be/current/lib/version")).toBe("4.0.8-70d1c24\n");
    expect(await restorePrevious(made, "r/1", BEFORE, signal)).toMatchObject({ outcome: "done" });
    expect(read("be/current/lib/version")).toBe("4.0.7-70d1c24\n");
  });
});

describe("command", () => {
  const by = (argv: readonly string[]): Readonly<Record<string, unknown>> => ({
    strategy: "command",
    argv,
    versions: ["4.0.8"],
  });

  beforeEach(() => {
    release(join(root, "be"), "4.0.7");
    write(join(root, "deploy"), '#!/bin/sh\n[ "$3" = "a b" ] || exit 9\necho "$1-70d1c24" >"$2/lib/version"\n', 0o755);
  });

  it("runs the operator's own, its arguments as a list, and believes the version script alone", async () => {
    const { world: made, artifacts } = world(by([join(root, "deploy"), "{version}", "{home}", "a b"]));
    expect(await install(made, artifacts, "i/1", "be-02", "4.0.8", signal)).toMatchObject({ outcome: "done" });
    expect(read("be/lib/version")).toBe("4.0.8-70d1c24\n");
  });

  it("tells its exit code where it fails", async () => {
    const { world: made, artifacts } = world(by([join(root, "deploy"), "{version}", "{home}"]));
    const outcome = await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
    expect(JSON.stringify(outcome)).toContain("exit 9");
  });

  it("a command that does nothing is found out", async () => {
    const { world: made, artifacts } = world(by(["true"]));
    const outcome = await install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
    expect(outcome).toMatchObject({ outcome: "refused" });
  });
});

it("manual waits until the version script says so", async () => {
  release(join(root, "be"), "4.0.7");
  const { world: made, artifacts } = world({ strategy: "manual", versions: ["4.0.8"] });
  const waiting = install(made, artifacts, "i/1", "be-02", "4.0.8", signal);
  release(join(root, "be"), "4.0.8");
  expect(await waiting).toMatchObject({ outcome: "done" });
});
