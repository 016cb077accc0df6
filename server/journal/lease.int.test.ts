import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { isDead, parseStat, thisProcess, type Holder } from "./lease.ts";

const me = thisProcess("console-1");

function holderOf(pid: number): Holder {
  const found = parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return { ...me, pid, born: `${boot}/${found?.startTicks ?? ""}` };
}

describe("whether the holder of a lease is dead", () => {
  it("is read beside the name, whatever that is", () => {
    const stat = "4711 (a) b ) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 987 20 21";
    expect(parseStat(stat)).toEqual({ state: "S", startTicks: "987" });
    expect(parseStat("")).toBeNull();
  });

  it("a living process is alive, one that has gone is dead", async () => {
    expect(isDead(me)).toBe(false);
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    const holder = holderOf(child.pid ?? 0);
    expect(isDead(holder)).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isDead(holder)).toBe(true);
  });

  it("a zombie is dead: it has ended, and its parent has not asked how", async () => {
    // The shell becomes a program that never asks after the child that it inherited.
    const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line).trim());
    try {
      await vi.waitFor(() => expect(readFileSync(`/proc/${parent.pid}/comm`, "utf8")).toBe("sleep\n"), 10_000);
      const holder = holderOf(pid);
      expect(isDead(holder)).toBe(false);
      process.kill(pid, "SIGKILL");
      await vi.waitFor(() => expect(parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"))?.state).toBe("Z"), 10_000);
      expect(isDead(holder)).toBe(true);
      // Where nobody wrote down when it began.
      expect(isDead({ ...holder, born: "" })).toBe(true);
    } finally {
      parent.kill("SIGKILL");
      await once(parent, "exit");
    }
  });

  it("a pid that is used again is not the owner", () => {
    const [boot = ""] = me.born.split("/");
    expect(isDead({ ...me, born: `${boot}/1` })).toBe(true);
    // The same number of ticks after another boot.
    expect(isDead({ ...me, born: me.born.replace(boot, "00000000-0000-0000-0000-000000000000") })).toBe(true);
  });

  it("what cannot be seen from here is taken for alive", () => {
    expect(isDead({ ...me, pid: 1, place: "another host" })).toBe(false);
    expect(isDead({ ...me, born: "" })).toBe(false);
  });
});
