/** ApacheBench, as the example of a redeployment without a failed request runs it. */
import { spawn, spawnSync } from "node:child_process";

export type Bench = {
  readonly complete: number;
  /** Connections that broke, and answers of another length: versions are written with as many characters. */
  readonly failed: number;
  readonly non2xx: number;
  readonly perS: number;
  readonly tookS: number;
};

export function whatAbLacks(): string | null {
  return spawnSync("ab", ["-V"]).error === undefined ? null : "ab is not there; install apache2-utils";
}

/** `-r`: a broken connection is counted, and does not end it. `-s`: none is waited for in vain. */
export async function bench(url: string, requests: number, options: readonly string[] = []): Promise<Bench> {
  const argv = ["-q", "-r", "-s", "20", "-n", String(requests), "-c", "20", ...options, url];
  const child = spawn("ab", argv, { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const figure = (name: string): number | null => {
    const found = new RegExp(`^${name}:\\s+([\\d.]+)`, "m").exec(printed)?.[1];
    return found === undefined ? null : Number(found);
  };
  const complete = figure("Complete requests");
  if (complete === null) throw new Error(`ab ended with ${code}: ${printed}`);
  return {
    complete,
    failed: figure("Failed requests") ?? Number.NaN,
    non2xx: figure("Non-2xx responses") ?? 0,
    perS: figure("Requests per second") ?? Number.NaN,
    tookS: figure("Time taken for tests") ?? Number.NaN,
  };
}
