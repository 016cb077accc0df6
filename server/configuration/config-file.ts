/**
 * The configuration on disk: read again when somebody saves it, and written whole or not at all. Looked at by its dates
 * twice a second, since nothing tells of changes on every file system that a configuration may be mounted from.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

export type FileText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };
export type Written = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface ConfigFile {
  readonly path: string;
  read(): FileText;
  /** Why it cannot be written, with the remedy; null when it can. */
  readOnly(): string | null;
  /** Only over the text that it was made from: who saved meanwhile is not overwritten. */
  write(text: string, over: string): Written;
  /** Told when the file is another one than it was, whoever wrote it. */
  watch(changed: () => void): () => void;
}

const LOOK_EVERY_MS = 500;

export function openConfigFile(path: string): ConfigFile {
  return {
    path,
    read: () => readText(path),
    readOnly: () => whyReadOnly(path),
    write: (text, over) => write(path, text, over),
    watch(changed) {
      let seen = datesOf(path);
      const timer = setInterval(() => {
        const now = datesOf(path);
        if (now === seen) return;
        seen = now;
        changed();
      }, LOOK_EVERY_MS);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function readText(path: string): FileText {
  try {
    return { ok: true, text: readFileSync(path, "utf8") };
  } catch (error) {
    return { ok: false, why: `${path} cannot be read (${codeOf(error)}). Put it back; what it said is in force.` };
  }
}

/** A new inode, or other dates: an editor that renames, one that writes in place, and a folder's link that was moved. */
function datesOf(path: string): string {
  try {
    const { ino, mtimeMs, ctimeMs, size } = statSync(path);
    return `${ino} ${mtimeMs} ${ctimeMs} ${size}`;
  } catch {
    return "gone";
  }
}

function whyReadOnly(path: string): string | null {
  const real = realOf(path);
  const folder = dirname(real);
  try {
    accessSync(real, constants.W_OK);
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const remedy = `Let the console's user write ${real} and its folder, or put what is shown here into the file by hand: it is read again by itself.`;
    return codeOf(error) === "EROFS"
      ? `${real} lies on a file system that cannot be written. ${remedy}`
      : `${real} cannot be written by this console. ${remedy}`;
  }
}

/** Beside it, synced, then in its place: a power cut leaves the old one or the new one. */
function write(path: string, text: string, over: string): Written {
  const real = realOf(path);
  const beside = join(dirname(real), `.${randomBytes(6).toString("hex")}.sluice-new`);
  try {
    const { mode, uid, gid } = statSync(real);
    const file = openSync(beside, "wx", mode & 0o777);
    try {
      fchmodSync(file, mode & 0o777);
      keepOwner(file, uid, gid);
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const now = readText(real);
    if (!now.ok || now.text !== over) {
      rmSync(beside, { force: true });
      return { ok: false, why: `${path} was changed on disk this very moment. Nothing was written: look at it again.` };
    }
    renameSync(beside, real);
    syncFolder(dirname(real));
    return { ok: true };
  } catch (error) {
    rmSync(beside, { force: true });
    const code = codeOf(error);
    const remedy =
      code === "EBUSY"
        ? "It is mounted as a single file: mount its folder instead, or change it where it comes from."
        : "Free what holds it, or put what is shown here into the file by hand: it is read again by itself.";
    return { ok: false, why: `${path} could not be written (${code}). ${remedy}` };
  }
}

/** Only root may give a file away; for everybody else the new one is theirs, as the folder allows. */
function keepOwner(file: number, uid: number, gid: number): void {
  try {
    fchownSync(file, uid, gid);
  } catch (error) {
    if (codeOf(error) !== "EPERM") throw error;
  }
}

export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** A link stays a link: what it points at is written. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
