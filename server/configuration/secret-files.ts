/** Passwords that were typed in the browser: each in a file of its own, which only the console's user can read. */
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { syncFolder } from "./config-file.ts";

export type Kept = { readonly ok: true; readonly reference: string } | { readonly ok: false; readonly why: string };

export interface SecretFiles {
  /** A new file each time: the one before serves until the configuration says otherwise. Answers its reference. */
  keep(clusterId: string, secret: string): Kept;
  /** Removes the file behind a reference, if it is one of ours. */
  forget(reference: string): void;
}

/** `configFolder`: whence the configuration counts relative files. */
export function createSecretFiles(dataDir: string, configFolder: string): SecretFiles {
  const folder = join(dataDir, "secrets");
  return {
    keep(clusterId, secret) {
      const path = join(folder, `${clusterId}-${randomBytes(4).toString("hex")}`);
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        write(path, secret);
        syncFolder(folder);
      } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
        const remedy = "Let the console's user write there, or say where the password lies instead of typing it.";
        return { ok: false, why: `The password could not be kept in ${folder} (${code}). ${remedy}` };
      }
      const near = relative(configFolder, path);
      return { ok: true, reference: `file:${near.startsWith("..") ? path : `./${near}`}` };
    },
    forget(reference) {
      if (!reference.startsWith("file:")) return;
      const path = resolve(configFolder, reference.slice("file:".length));
      if (dirname(path) === folder) rmSync(path, { force: true });
    },
  };
}

/** Whole, or not there. */
function write(path: string, secret: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, `${secret}\n`);
    fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}
