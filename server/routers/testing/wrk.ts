/** wrk: as many requests as a few kept connections can carry, for a bounded time. */
import { spawn, spawnSync } from "node:child_process";

export type Pressed = {
  readonly requests: number;
  readonly non2xx: number;
  /** Connections refused, broken or answered too late. */
  readonly errors: number;
};

export function whatWrkLacks(): string | null {
  return spawnSync("wrk", ["-v"]).error === undefined ? null : "wrk is not there; install wrk";
}

export async function press(url: string, seconds: number): Promise<Pressed> {
  const argv = ["--threads", "1", "--connections", "4", "--duration", `${seconds}s`, "--timeout", "5s", url];
  const child = spawn("wrk", argv, { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const requests = /^\s*(\d+) requests in /m.exec(printed)?.[1];
  if (code !== 0 || requests === undefined) throw new Error(`wrk ended with ${code}: ${printed}`);
  // Lines that tell of nothing are not printed at all.
  const errors = /Socket errors: (.*)/.exec(printed)?.[1] ?? "";
  return {
    requests: Number(requests),
    non2xx: Number(/Non-2xx or 3xx responses: (\d+)/.exec(printed)?.[1] ?? 0),
    errors: [...errors.matchAll(/\d+/g)].reduce((sum, [number]) => sum + Number(number), 0),
  };
}
