/**
 * `npm run build`: the pages, and beside each of their files the same one compressed. It is done once and thoroughly here, so
 * that the console sends a third less than by compressing at each request.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { NODE, ROOT, run } from "./processes.ts";

const built = await run("build", [NODE, join(ROOT, "node_modules/next/dist/bin/next"), "build"]);
if (built === 0) compress(join(ROOT, ".next/static"));
process.exitCode = built;

function compress(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|svg)$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const plain = readFileSync(file);
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: plain.byteLength };
    writeFileSync(`${file}.br`, brotliCompressSync(plain, { params }));
  }
}
