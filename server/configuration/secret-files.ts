/** Passwords that were typed in the browser: each in a file of its own, which only the console's user can read. */
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { syncFolder } from "./config-file.ts";

export interface SecretFiles {
  /** A new file each time: the one before serves until the configuration says otherwise. Answers its reference. */
  keep(clusterId: string, secret: string): string;
  /** Removes the file behind a reference, if it is one of ours. */
  forget(reference: string): void;
}

/** `configFolder`: whence the configuration counts relative files. */
export function createSecretFiles(dataDir: string, configFolder: string): SecretFiles {
  const folder = join(dataDir, "secrets");
  return {
    keep(clusterId, secret) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, `${clusterId}-${randomBytes(4).toString("hex")}`);
      const file = openSync(path, "wx", 0o600);
      try {
        writeSync(file, `${secret}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      syncFolder(folder);
      const near = relative(configFolder, path);
      return `file:${near.startsWith("..") ? path : `./${near}`}`;
    },
    forget(reference) {
      if (!reference.startsWith("file:")) return;
      const path = resolve(configFolder, reference.slice("file:".length));
      if (dirname(path) === folder) rmSync(path, { force: true });
    },
  };
}
