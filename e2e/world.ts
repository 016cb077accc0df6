/** A twin under load with the real console over it: what every story plays on. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "#server/testing/ports.ts";
import { startTwin, type StartOptions, type Twin } from "#twin/harness.ts";
import { type ConsoleProcess, startConsole } from "./console-process.ts";

export const OPERATOR = "dana.kim";

export type World = {
  readonly twin: Twin;
  readonly clusterId: string;
  readonly console: () => ConsoleProcess;
  /** SIGKILL and a new process on the same data and port, as after a power cut. */
  restartConsole(): Promise<void>;
  stop(): Promise<void>;
};

export async function startWorld(options: StartOptions = {}): Promise<World> {
  const twin = await startTwin({ load: "default", ...options });
  return await startWorldOver(twin, readFileSync(twin.configPath, "utf8"), () => twin.stop());
}

/** `clusters`: that part of the console's file, as YAML. `end` stops the twin, and whatever else it needs. */
export async function startWorldOver(twin: Twin, clusters: string, end: () => Promise<void>): Promise<World> {
  const configPath = join(twin.root, "console.yaml");
  const listen = `127.0.0.1:${await freePort()}`;
  writeFileSync(configPath, `console:\n  listen: ${listen}\n  data: ./console\n${clusters}`);
  let running = await startConsole(configPath, OPERATOR).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return {
    twin,
    clusterId: "twin",
    console: () => running,
    async restartConsole() {
      await running.kill();
      running = await startConsole(configPath, OPERATOR);
    },
    async stop() {
      try {
        await running.stop();
      } finally {
        await end();
      }
    },
  };
}
