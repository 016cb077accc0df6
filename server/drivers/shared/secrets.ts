import { readFileSync } from "node:fs";

export type Secret = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly why: string };

/** Read again whenever it is needed, so that a password can be changed without a restart. */
export function readSecret(reference: string | undefined): Secret {
  if (reference === undefined) return { ok: true, value: "" };
  const name = reference.slice(reference.indexOf(":") + 1);
  if (reference.startsWith("env:")) {
    const value = process.env[name];
    return value === undefined
      ? { ok: false, why: `the environment has no ${name}; set it and start again` }
      : { ok: true, value };
  }
  try {
    return { ok: true, value: readFileSync(name, "utf8").replace(/\r?\n$/, "") };
  } catch {
    return { ok: false, why: `${name} cannot be read; make it a file that the console may read` };
  }
}
