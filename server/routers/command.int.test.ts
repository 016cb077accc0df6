/** Commands of an operator's own that hang, that fail, and that print something else than was agreed: real ones, on this machine. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CommandConfig } from "./config.ts";
import type { Router, RouterFinding } from "./router.ts";
import { routerFor } from "./testing/under-test.ts";

const signal = new AbortController().signal;
const SERVER = "web-1";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "registry-"));
  write("registered", "web-1\nweb-2\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** A registry that is a file with a name a line; each verb is a script of its own, which a test replaces. */
function registry(scripts: Readonly<Record<string, string>> = {}, readBack: Partial<ReadBack> = {}): Router {
  const usual = {
    remove: `grep -vx "$1" ${folder}/registered >${folder}/new; mv ${folder}/new ${folder}/registered`,
    add: `echo "$1" >>${folder}/registered`,
    show: `if grep -qx "$1" ${folder}/registered; then echo "$1 is up"; else echo "$1 is absent"; fi`,
  };
  const argvOf = (verb: string, script: string): string[] => {
    const file = write(verb, `#!/bin/sh\necho "${verb} $1" >>${folder}/calls\n${script}\n`);
    chmodSync(file, 0o755);
    return [file, "{server}"];
  };
  const all = { ...usual, ...scripts };
  const config: CommandConfig = {
    name: "registry",
    kind: "command",
    servers: { one: SERVER },
    deregister: argvOf("remove", all.remove),
    register: argvOf("add", all.add),
    readBack: { argv: argvOf("show", all.show), contains: "{server} is up", outContains: "absent", ...readBack },
    limitS: 0.5,
  };
  return routerFor(config);
}

type ReadBack = Extract<CommandConfig["readBack"], { readonly contains: string }>;

const calls = (): readonly string[] =>
  existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8").trim().split("\n") : [];

async function findingOf(router: Router): Promise<RouterFinding | undefined> {
  return (await router.findings([SERVER], signal)).find(({ id }) => id === "router-answers");
}

describe("a command that tells who is registered", () => {
  it.each([
    ["hangs", "exec sleep 60", /show did not end within 0.5 s/],
    ["fails", "echo 'no such zone' >&2; exit 1", /ended with 1: no such zone/],
    ["fails without a word", "exit 7", /ended with 7: it said nothing/],
    ["prints something else", "echo '<html>502 Bad Gateway</html>'", /printed "<html>502 Bad Gateway<\/html>"/],
    ["prints nothing", "true", /neither that it is registered nor that it is not: it printed nothing/],
  ])("%s: nobody is taken for out, the preflight blocks, and says what came", async (_how, show, words) => {
    const router = registry({ show });
    expect(await router.read(0, signal)).toMatchObject({ ok: false, silent: true, why: expect.stringMatching(words) });
    expect(await findingOf(router)).toMatchObject({
      severity: "blocks",
      verdict: "unknown",
      evidence: expect.stringMatching(words),
      remedy: expect.stringMatching(/^Run it by hand on here: \S+show web-1$/),
    });
    expect(await router.takeOut(SERVER, signal)).toMatchObject({
      outcome: "unknown",
      cause: expect.stringMatching(words),
    });
  });

  it("where only one text was agreed, whatever else it prints reads as out: told before, and a reason is asked for", async () => {
    const garbled = registry({ show: "echo '<html>502 Bad Gateway</html>'" }, { outContains: undefined });
    expect(await findingOf(garbled)).toMatchObject({
      severity: "needsReason",
      verdict: "fail",
      evidence: expect.stringMatching(/prints no "web-1 is up": it printed "<html>502 Bad Gateway<\/html>"$/),
      remedy: expect.stringContaining("readBack.outContains"),
    });
    expect(await findingOf(registry({}, { outContains: undefined }))).toMatchObject({ verdict: "pass" });
  });
});

describe("a command that takes out", () => {
  it.each([
    ["hangs", "exec sleep 60", /remove did not end within 0.5 s/],
    ["fails", "echo 'not allowed' >&2; exit 13", /ended with 13: not allowed/],
    ["says that it did, and did not", "echo done", /web-1 is registered after \S+remove web-1/],
  ])("and %s: whether it is out is not known, and why is told", async (_how, remove, words) => {
    const router = registry({ remove });
    expect(await router.takeOut(SERVER, signal)).toMatchObject({
      outcome: "unknown",
      cause: expect.stringMatching(words),
    });
    const reading = await router.read(0, signal);
    expect(reading.ok && reading.value.get(SERVER)?.route).toBe("in");
  });

  it.each([
    ["hangs", "exec sleep 60"],
    ["fails", "exit 1"],
    ["prints something else", "echo '<html>'"],
  ])("and did it before it %s: what is read back decides, and it is not sent again", async (_how, after) => {
    const remove = `grep -vx "$1" ${folder}/registered >${folder}/new; mv ${folder}/new ${folder}/registered; ${after}`;
    const router = registry({ remove });
    expect(await router.takeOut(SERVER, signal)).toMatchObject({ outcome: "done" });
    expect(await router.takeOut(SERVER, signal)).toMatchObject({ outcome: "done" });
    expect(calls().filter((call) => call.startsWith("remove"))).toEqual(["remove web-1"]);
  });
});
