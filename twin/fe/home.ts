import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Truth } from "#twin/wire/internal.ts";
import { parseFeConf, type FeConf } from "./fe-conf.ts";

/** The directory of one FE: `bin lib conf log meta`, as a real one has it. */
export class FeHome {
  readonly path: string;
  readonly node: string;
  readonly #truthFile: string | null;
  readonly #pidFile: string;

  constructor(path: string, twinRoot: string | null, pidDirectory: string | null) {
    this.path = path;
    this.node = basename(path);
    this.#truthFile = twinRoot === null ? null : join(twinRoot, "truth.jsonl");
    this.#pidFile = join(pidDirectory ?? join(path, "bin"), "fe.pid");
    for (const each of ["log", "meta", "bin"]) mkdirSync(join(path, each), { recursive: true });
  }

  conf(): FeConf {
    const file = join(this.path, "conf", "fe.conf");
    return parseFeConf(existsSync(file) ? readFileSync(file, "utf8") : "");
  }

  /** What is installed is what is reported: an upgrade that copied `bin` alone shows. */
  version(): string {
    return (
      readFileSync(join(this.path, "lib", "version"), "utf8")
        .trim()
        .split("\n")[0] ?? ""
    );
  }

  meta(name: string): string {
    return join(this.path, "meta", name);
  }

  /** Without a newline, as the JVM writes it. */
  writePid(): void {
    writeFileSync(this.#pidFile, String(process.pid));
  }

  removePid(): void {
    if (existsSync(this.#pidFile) && readFileSync(this.#pidFile, "utf8").trim() === String(process.pid))
      rmSync(this.#pidFile, { force: true });
  }

  appendLog(line: string): void {
    this.#append("fe.log", line);
  }

  appendAudit(line: string): void {
    this.#append("fe.audit.log", line);
  }

  #append(name: string, line: string): void {
    try {
      appendFileSync(join(this.path, "log", name), `${line}\n`);
    } catch {
      // A full disk costs lines of the log; the journal is another matter.
    }
  }

  /** With the true time, whatever this FE takes the time to be. */
  truth(entry: Truth): void {
    if (this.#truthFile !== null)
      appendFileSync(this.#truthFile, `${JSON.stringify({ ...entry, atMs: Date.now() })}\n`);
  }
}
