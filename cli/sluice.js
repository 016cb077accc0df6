#!/usr/bin/env node
// Whatever Node runs this, the command line itself runs on the one that came with the dependencies.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const own = join(root, "node_modules", ".bin", "node");
const child = spawn(
  existsSync(own) ? own : process.execPath,
  [join(root, "cli", "main.ts"), ...process.argv.slice(2)],
  {
    stdio: "inherit",
  },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 130);
});
