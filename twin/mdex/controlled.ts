/** A simulated controller with Dgraphs of its own, for tests and for the console's rehearsals. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Provision } from "./eac.ts";
import { fetchFrom, type Place, portOf, until } from "./harness.ts";

export type Said = { readonly code: number; readonly text: string };

export type Controlled = {
  /** The words of `eaccmd`, up to its verb. */
  readonly eaccmd: readonly string[];
  run(verb: "start" | "stop" | "status", component: string): Promise<Said>;
  stop(): void;
};

/** `components` is given by whoever knows where the Dgraphs lie. */
export async function startController(
  { home, host }: Place,
  provision: Omit<Provision, "host" | "port">,
): Promise<Controlled> {
  const port = portOf(host, "controller");
  const file = join(home, "provision.json");
  writeFileSync(file, JSON.stringify({ ...provision, host, port }));
  const main = (name: string): string => join(import.meta.dirname, name);
  const child: ChildProcess = spawn(process.execPath, [main("eac.ts"), file], { stdio: "ignore" });
  await until(
    async () => child.exitCode !== null || (await fetchFrom(`http://${host}:${port}/status`)).is === "answered",
  );
  if (child.exitCode !== null) throw new Error(`the simulated controller did not start on ${host}:${port}`);
  const eaccmd = [process.execPath, main("eaccmd.ts"), `${host}:${port}`];
  return {
    eaccmd,
    run: async (verb, component) => {
      const words = [main("eaccmd.ts"), `${host}:${port}`, verb, "--app", provision.app, "--comp", component];
      return await new Promise((resolve) => {
        execFile(process.execPath, words, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: `${stdout}${stderr}`.trim() });
        });
      });
    },
    stop: () => void child.kill("SIGKILL"),
  };
}
