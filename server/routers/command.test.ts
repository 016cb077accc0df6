import { describe, expect, it } from "vitest";
import type { HostAnswer } from "#server/orchestrator/host.ts";
import { createCommandRouter, filledIn } from "./command.ts";
import type { CommandConfig } from "./config.ts";
import type { Router } from "./router.ts";

const signal = new AbortController().signal;
const config: CommandConfig = {
  name: "dns",
  kind: "command",
  servers: { "web-1": "web-1.example.net" },
  deregister: ["dns", "remove", "{server}"],
  register: ["dns", "add", "name={server}"],
  readBack: { argv: ["dns", "has", "{server}"], outStatus: 3 },
  limitS: 5,
};

const ended = (exitCode: number, stdout = "", stderr = ""): HostAnswer => ({ ok: true, exitCode, stdout, stderr });

type Played = { readonly router: Router; readonly ran: (readonly string[])[] };

/** A host on which each command ends as `play` says; time passes only while somebody waits. */
function played(
  play: (argv: readonly string[], nowMs: number) => HostAnswer,
  change: Partial<CommandConfig> = {},
): Played {
  let nowMs = 0;
  const ran: (readonly string[])[] = [];
  const clock = {
    now: () => nowMs,
    wait: async (ms: number) => {
      nowMs += ms;
      await Promise.resolve();
    },
  };
  const host = {
    name: "here",
    run: async (argv: readonly string[]) => {
      ran.push(argv);
      return await Promise.resolve(play(argv, nowMs));
    },
    runOnce: async () => await Promise.resolve({ state: "none" } as const),
  };
  return { router: createCommandRouter({ ...config, ...change }, { clock, host, isHere: true, sent: () => {} }), ran };
}

const server = "web-1.example.net";

describe("a router of commands", () => {
  it("fills the server into whole arguments and parts of them, and no shell reads it", () => {
    expect(filledIn(["dns", "{server}", "a={server},b={server}"], "x; rm -rf $(y)")).toEqual([
      "dns",
      "x; rm -rf $(y)",
      "a=x; rm -rf $(y),b=x; rm -rf $(y)",
    ]);
  });

  it("is in by status 0, out by the status that says so, and unknown by any other", async () => {
    const routes = await Promise.all(
      [0, 3, 1, 127].map(async (status) => {
        const reading = await played(() => ended(status)).router.read(0, signal);
        return reading.ok ? reading.value.get(server)?.route : `silent: ${reading.silent === true}`;
      }),
    );
    expect(routes).toEqual(["in", "out", "silent: true", "silent: true"]);
  });

  it("waits until what it did is read back, for as long as its limit", async () => {
    const slow = (delayMs: number): Played =>
      played(([, verb], nowMs) => ended(verb === "has" ? (nowMs >= delayMs ? 3 : 0) : 0));
    expect(await slow(3000).router.takeOut(server, signal)).toMatchObject({ outcome: "done" });
    expect(await slow(9000).router.takeOut(server, signal)).toMatchObject({
      outcome: "unknown",
      cause: "dns: web-1.example.net is registered after dns remove web-1.example.net",
    });
  });

  it("a command that failed and did it all the same has done it; one that did not tells what it said", async () => {
    let isThere = true;
    const lied = played(([, verb]) => {
      if (verb === "has") return ended(isThere ? 0 : 3);
      isThere = false;
      return ended(1);
    });
    expect(await lied.router.takeOut(server, signal)).toMatchObject({ outcome: "done" });
    const failed = played(([, verb]) => (verb === "has" ? ended(0) : ended(1, "", "no such zone")));
    expect(await failed.router.takeOut(server, signal)).toEqual({
      outcome: "unknown",
      cause: "dns: dns remove web-1.example.net ended with 1: no such zone",
    });
  });

  it("runs each of its own commands, and nothing where it is so already", async () => {
    const { router, ran } = played(() => ended(0));
    await router.letIn(server, signal);
    expect(ran).toEqual([["dns", "has", server]]);
    expect(router.commandLines(server, "in").map(({ text }) => text)).toEqual([
      "dns add name=web-1.example.net",
      "dns has web-1.example.net",
    ]);
  });

  it("one reading serves all who ask, and none is told after an act", async () => {
    let isThere = true;
    const { router, ran } = played(([, verb]) => {
      if (verb === "remove") isThere = false;
      return ended(verb === "has" && !isThere ? 3 : 0);
    });
    await Promise.all([router.read(1000, signal), router.read(1000, signal)]);
    expect(ran).toHaveLength(1);
    await router.takeOut(server, signal);
    const after = await router.read(1000, signal);
    expect(after.ok && after.value.get(server)?.route).toBe("out");
  });

  it("a text in what it prints tells too, and a failure of the command does not", async () => {
    const readBack = { argv: ["dns", "list"], contains: "A {server}" };
    const read = async (answer: HostAnswer): Promise<unknown> => {
      const reading = await played(() => answer, { readBack }).router.read(0, signal);
      return reading.ok ? reading.value.get(server)?.route : "unknown";
    };
    expect(await read(ended(0, "A web-1.example.net\n"))).toBe("in");
    expect(await read(ended(0, "A web-2.example.net\n"))).toBe("out");
    expect(await read(ended(1, "A web-1.example.net\n"))).toBe("unknown");
    expect(await read({ ok: false, why: "no way to it", lost: true })).toBe("unknown");
  });
});
