/**
 * A test's own acts on a simulated Dgraph, on a port of their own: `/state`, `/merge?seconds=N`, and where its time stands
 * still `/advance?seconds=N`, which gives no answer when the engine left meanwhile.
 */
import { createServer } from "node:http";
import type { Dgraph } from "./dgraph.ts";

type Advance = ((ms: number) => Promise<void>) | null;

export async function serveControl(dgraph: Dgraph, advance: Advance, host: string, port: number): Promise<void> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://sim");
    const seconds = Number(url.searchParams.get("seconds") ?? 1);
    void act(url.pathname, seconds).then(() => {
      response.writeHead(200, { "content-type": "application/json", connection: "close" });
      response.end(JSON.stringify(dgraph.state()));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });

  async function act(path: string, seconds: number): Promise<void> {
    if (path === "/merge") dgraph.merge(seconds);
    if (path === "/advance") await advance?.(seconds * 1000);
  }
}
