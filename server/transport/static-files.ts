/** The built files of the pages, as `npm run build` compressed them. Whoever cannot read that gets them from Next. */
import { createReadStream, readdirSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";

const PREFIX = "/_next/static/";
/** They are about a document, and a file is a part of one: a page of twenty would carry them twenty times. */
const OF_DOCUMENTS = [
  "X-Frame-Options",
  "Referrer-Policy",
  "Cross-Origin-Opener-Policy",
  "Permissions-Policy",
  "Content-Security-Policy",
] as const;
const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Answers whether it took the request. Only what was there when the console started is ever opened. */
export type StaticFiles = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export function openStaticFiles(folder: string): StaticFiles {
  const files = compressedFiles(folder);
  return async (request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const file = files.get(path);
    if (file === undefined || !takesBrotli(request)) return false;
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    for (const name of OF_DOCUMENTS) response.removeHeader(name);
    response.writeHead(200, {
      "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
      "Content-Encoding": "br",
      Vary: "Accept-Encoding",
      // Its name changes with what is in it.
      "Cache-Control": "public, max-age=31536000, immutable",
    });
    if (request.method === "HEAD") response.end();
    else await pipeline(createReadStream(file), response).catch(() => response.destroy());
    return true;
  };
}

function compressedFiles(folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith(".br")) continue;
      const file = join(entry.parentPath, entry.name);
      files.set(`${PREFIX}${relative(folder, file).slice(0, -".br".length)}`, file);
    }
  } catch {
    // Pages that are not built have none.
  }
  return files;
}

/** `q=0` refuses it (RFC 9110, 12.5.3). */
function takesBrotli(request: IncomingMessage): boolean {
  const wished = (request.headers["accept-encoding"] ?? "").split(",");
  return wished.some((each) => /^\s*br\s*(;|$)/.test(each) && !/;\s*q=0(\.0+)?\s*$/.test(each));
}
