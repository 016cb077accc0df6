import { spawn, spawnSync, type ChildProcess } from "node:child_process";

const hasSetpriv = spawnSync("setpriv", ["--version"]).error === undefined;

/** A program that is ended with the test that began it, however that ends: a worker of the tests may be killed. */
export function spawnEndedWithUs(argv: readonly string[]): ChildProcess {
  const [file = "", ...rest] = hasSetpriv ? ["setpriv", "--pdeathsig", "TERM", ...argv] : argv;
  return spawn(file, rest, { stdio: ["ignore", "ignore", "pipe"] });
}
