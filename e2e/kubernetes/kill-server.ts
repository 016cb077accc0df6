/** Ends the rig's API server as a power cut would, and starts it again as it was. */
import { spawn } from "node:child_process";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { invariant } from "#lib/util/invariant.ts";
import { api, RIG, until } from "#server/drivers/kubernetes/testing/rig.ts";

export async function killServer(): Promise<() => Promise<void>> {
  const pidFile = join(RIG, "pid/apiserver");
  const pid = Number(readFileSync(pidFile, "utf8"));
  const [program, ...args] = readFileSync(`/proc/${pid}/cmdline`, "utf8")
    .split("\0")
    .filter((word) => word !== "");
  invariant(program !== undefined && program.includes("kube-apiserver"), `process ${pid} is the API server`);
  process.kill(pid, "SIGKILL");
  const answers = async (): Promise<boolean> => (await api("GET", "/version").catch(() => null)) !== null;
  await until(async () => !(await answers()));
  return async () => {
    const log = openSync(join(RIG, "log/apiserver"), "a");
    const child = spawn(program, args, { cwd: join(RIG, "pki"), detached: true, stdio: ["ignore", log, log] });
    child.unref();
    writeFileSync(pidFile, `${child.pid ?? 0}\n`);
    await until(answers);
  };
}
