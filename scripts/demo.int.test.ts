import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const MINUTES = 60_000;

type Demo = { readonly child: ChildProcess; readonly ended: Promise<number | null>; readonly out: () => string };

const running: Demo[] = [];
let squatter: Server | null = null;

afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill("SIGINT");
    await ended;
  }
  await new Promise<void>((resolve) => (squatter === null ? resolve() : squatter.close(() => resolve())));
  squatter = null;
});

function startDemo(): Demo {
  const node = join(ROOT, "node_modules/.bin/node");
  const child = spawn(node, [join(ROOT, "scripts/demo.ts")], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const demo: Demo = { child, ended, out: () => out };
  running.push(demo);
  return demo;
}

async function says(demo: Demo, text: RegExp): Promise<RegExpExecArray> {
  return vi.waitFor(
    () => {
      const found = text.exec(demo.out());
      if (found === null) throw new Error(`it has not said ${text.source} yet:\n${demo.out()}`);
      return found;
    },
    { timeout: 3 * MINUTES, interval: 50 },
  );
}

/** Every process that names this folder in its arguments or environment. */
function processesOf(folder: string): readonly string[] {
  return readdirSync("/proc").filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    return ["cmdline", "environ"].some((file) => {
      try {
        return readFileSync(`/proc/${entry}/${file}`, "latin1").includes(folder);
      } catch {
        return false;
      }
    });
  });
}

const FOLDER = /nodes on \S+ in (\S+)\/twin/;

describe("the demo", () => {
  it(
    "shows a console over a live cluster, next to whatever has its port, and Ctrl-C leaves nothing",
    { timeout: 5 * MINUTES },
    async () => {
      const taken = createServer();
      squatter = taken;
      // Somebody may have the port already, which is as good.
      await new Promise<void>((resolve) =>
        taken.once("error", () => resolve()).listen(8188, "127.0.0.1", () => resolve()),
      );
      const demo = startDemo();
      const [, link = ""] = await says(demo, /(http:\/\/\S+\/login#\S+)/);
      const [, folder = ""] = await says(demo, FOLDER);
      const { origin, port } = new URL(link);
      expect(port).not.toBe("8188");
      expect((await fetch(`${origin}/healthz`)).status).toBe(200);
      expect(processesOf(folder).length).toBeGreaterThan(9);
      demo.child.kill("SIGINT");
      expect(await demo.ended).toBe(0);
      expect(processesOf(folder)).toEqual([]);
      await expect(fetch(`${origin}/healthz`)).rejects.toThrow();
    },
  );

  it("Ctrl-C while it starts leaves nothing either", { timeout: 5 * MINUTES }, async () => {
    const demo = startDemo();
    const [, folder = ""] = await says(demo, FOLDER);
    demo.child.kill("SIGINT");
    await demo.ended;
    expect(processesOf(folder)).toEqual([]);
  });
});
