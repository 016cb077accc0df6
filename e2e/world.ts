/** A twin under load with the real console over it: what every story plays on. */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
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
  const port = await freePort();
  const configPath = join(twin.root, "console.yaml");
  const fragment = readFileSync(twin.configPath, "utf8");
  writeFileSync(configPath, `console:\n  listen: 127.0.0.1:${port}\n  data: ./console\n${fragment}`);
  let running = await startConsole(configPath, OPERATOR).catch(async (error: unknown) => {
    await twin.stop();
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
        await twin.stop();
      }
    },
  };
}

/** A port that nobody listens on, so that a console that is started again has its old address. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
