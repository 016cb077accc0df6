import { spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { unborn } from "./unborn.ts";

it("a program that is not there is missing", async () => {
  const child = spawn("/no/such/program", [], { stdio: "pipe" });
  expect(child.pid).toBeUndefined();
  expect(await new Promise((resolve) => unborn(child, resolve))).toEqual({
    exitCode: null,
    stderr: "",
    cut: "missing",
  });
});

it("a machine without room for another process breaks the way to the host, and nothing else", async () => {
  const child = Object.assign(spawn("/no/such/program"), new EventEmitter());
  const told = new Promise((resolve) => unborn(child, resolve));
  child.emit("error", Object.assign(new Error("spawn ssh EMFILE"), { code: "EMFILE" }));
  expect(await told).toEqual({ exitCode: 255, stderr: "spawn ssh EMFILE", cut: null });
});
