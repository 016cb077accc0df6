import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStaticFiles } from "./static-files.ts";

describe("the built files of the pages", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-static-"));
  let server: Server;
  beforeAll(async () => {
    mkdirSync(join(folder, "chunks"));
    writeFileSync(join(folder, "chunks/a.js.br"), brotliCompressSync("let a = 1;"));
    writeFileSync(join(folder, "secret.txt"), "never");
    const files = openStaticFiles(folder);
    server = createServer((asked, response) => {
      response.setHeader("X-Content-Type-Options", "nosniff");
      response.setHeader("Permissions-Policy", "camera=()");
      void files(asked, response).then((took) => (took ? undefined : response.writeHead(404).end("next")));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("come compressed to whoever reads that, to be kept for good", async () => {
    const { status, headers, body } = await get("/_next/static/chunks/a.js", "gzip, deflate, br;q=0.9");
    expect(status).toBe(200);
    expect(headers).toMatchObject({ "content-encoding": "br", "content-type": "text/javascript; charset=utf-8" });
    expect(headers["cache-control"]).toContain("immutable");
    expect(headers.vary).toBe("Accept-Encoding");
    expect(brotliDecompressSync(body).toString()).toBe("let a = 1;");
  });

  it("carry what guards a file, and not what only a document is asked for", async () => {
    const { headers } = await get("/_next/static/chunks/a.js", "br");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers).not.toHaveProperty("permissions-policy");
  });

  it("are left to Next where the browser does not read that, or refuses it", async () => {
    for (const accepted of ["gzip", "", "br;q=0", "brx"]) {
      expect((await get("/_next/static/chunks/a.js", accepted)).status, accepted).toBe(404);
    }
  });

  it("are those that were built, and no other file of the machine", async () => {
    for (const path of [
      "/_next/static/secret.txt",
      "/_next/static/chunks/../secret.txt",
      "/_next/static/%2e%2e/a.js",
    ]) {
      expect((await get(path, "br")).status, path).toBe(404);
    }
  });

  function get(
    path: string,
    accepted: string,
  ): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
    const { port } = addressOf(server);
    return new Promise((resolve, reject) => {
      const asked = request({ port, path, headers: { "accept-encoding": accepted } }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
        );
      });
      asked.on("error", reject);
      asked.end();
    });
  }
});

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on a port");
  return address;
}
