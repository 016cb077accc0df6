/** Reads a cluster's settings as a page left them that was cut short: it may have been of an older build. */
import "#lib/wire/no-eval.ts";
import { z } from "zod";
import type { ClusterForm } from "./cluster-form.ts";

const section = z.record(z.string(), z.unknown());
const text = z.string();
/** What the file said when the page was opened: saved over what it says since, it would undo that unseen. */
const base = z.object({ section, revision: text });

const form = z.object({
  id: text,
  name: text,
  frontends: text,
  user: text,
  passwordWay: z.enum(["typed", "kept", "env", "file", "none"]),
  passwordAt: text,
  hosts: z.array(
    z.object({ name: text, kind: z.enum(["local", "ssh"]), destination: text, prefix: text, rest: section }),
  ),
  nodes: z.array(
    z.object({
      address: text,
      role: z.enum(["fe", "be", "cn", "server"]).nullable(),
      version: text.nullable(),
      name: text,
      host: text,
      home: text,
      rest: section,
    }),
  ),
  install: z.object({
    strategy: z.enum(["none", "swap", "symlink", "command", "manual"]),
    folder: text,
    link: text,
    argv: text,
    restore: text,
    versions: text,
    packages: text,
    packagesRest: section,
  }),
  rest: section,
});

const keptForm = z.object({ form, base: base.nullable() });
const keptYaml = z.object({ text, base: base.nullable() });

type Base = z.infer<typeof base>;

/** With no password: none was kept. Null: it is no form that this page knows. */
export function readKeptForm(written: string): { readonly form: ClusterForm; readonly base: Base | null } | null {
  const read = readJson(written, keptForm);
  return read === null ? null : { form: { ...read.form, password: "" }, base: read.base };
}

export function readKeptYaml(written: string): { readonly text: string; readonly base: Base | null } | null {
  return readJson(written, keptYaml);
}

function readJson<T>(written: string, schema: z.ZodType<T>): T | null {
  try {
    const read = schema.safeParse(JSON.parse(written));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
