/**
 * The file is the truth. What it says is in force; this console writes it, and reads it again when somebody else did.
 * While what lies there is wrong, what it said before stays in force, and nothing is written over it.
 */
import { dirname, resolve } from "node:path";
import { canonicalJson } from "#server/journal/chain.ts";
import type { ConnectionReport, FileProblem, Section, SectionProblem } from "#lib/wire/configuration.ts";
import { changesBetween } from "#lib/wire/section.ts";
import { invariant } from "#lib/util/invariant.ts";
import type { Log } from "#server/orchestrator/ports.ts";
import type {
  Configuration,
  FileChange,
  Prepared,
  PreparedKey,
  Standing,
  WantedCluster,
  Wish,
} from "#server/services/configuration.ts";
import type { ClusterParts } from "#server/services/cluster-parts.ts";
import type { Config, ConfigResult } from "../config.ts";
import type { ConfigFile } from "./config-file.ts";
import type { SecretFiles } from "./secret-files.ts";
import {
  differing,
  revisionOf,
  restartOf,
  problemOfFile,
  problemOfSection,
  idIn,
  passwordOf,
  withPassword,
  withoutPassword,
} from "./section-parts.ts";
import { sectionsOf, withoutSection, withSection, type RawSection } from "./section-edit.ts";

export type ConfigurationParts<Cluster> = {
  readonly file: ConfigFile;
  readonly parse: (text: string) => ConfigResult<Cluster>;
  readonly secrets: SecretFiles;
  readonly open: (cluster: Cluster) => Omit<ClusterParts, "fingerprint">;
  readonly test: (cluster: Cluster, password: string | null, signal: AbortSignal) => Promise<ConnectionReport>;
  /** The key of a host by its name in the section, if it shows this fingerprint now. */
  readonly prepareHostKey: (
    cluster: Cluster,
    host: string,
    fingerprint: string,
  ) => Promise<Exclude<PreparedKey, { readonly because: "invalid" }>>;
  readonly log: Log;
};

type Described<Cluster> =
  | { readonly ok: true; readonly cluster: Cluster }
  | { readonly ok: false; readonly problems: readonly SectionProblem[] };

type Named = { readonly id: string; readonly name: string };

export function createConfiguration<Cluster extends Named>(
  first: { readonly text: string; readonly config: Config<Cluster> },
  parts: ConfigurationParts<Cluster>,
): Configuration & { readonly close: () => void } {
  const { file, parse, secrets, log } = parts;
  const listeners = new Set<(change: FileChange) => void>();
  let inForce = first;
  let problems: readonly FileProblem[] = [];
  let seen = first.text;

  const unwatch = file.watch(() => look());

  /** What somebody saved: in force when it is right, told when it is not. */
  function look(): void {
    const read = file.read();
    if (!read.ok) {
      seen = "";
      problems = [{ line: 1, field: "", wrong: read.why, remedy: "" }];
      return tell({ byHand: true, clusters: [] });
    }
    if (read.text === seen) return;
    seen = read.text;
    const parsed = parse(read.text);
    if (!parsed.ok) {
      problems = parsed.problems.map(problemOfFile);
      log.warn("The configuration was changed and has mistakes: what it said before stays in force", {
        path: file.path,
        mistakes: parsed.problems.map(({ line, path, wrong }) => `line ${line} ${path}: ${wrong}`).join("; "),
      });
      return tell({ byHand: true, clusters: [] });
    }
    adopt(read.text, parsed.config, true);
  }

  function adopt(text: string, config: Config<Cluster>, byHand: boolean): void {
    const clusters = differing(sectionsOf(inForce.text), sectionsOf(text));
    inForce = { text, config };
    seen = text;
    problems = [];
    if (byHand) log.info("The configuration was changed on disk", { path: file.path });
    tell({ byHand, clusters });
  }

  function tell(change: FileChange): void {
    for (const listener of listeners) listener(change);
  }

  function prepare(wish: Wish): Prepared {
    look();
    const [wrong] = problems;
    if (wrong !== undefined) {
      const why = `${file.path} has a mistake, and nothing is written over it: line ${wrong.line}, ${wrong.field || "the file"}: ${wrong.wrong} ${wrong.remedy}`;
      return { ok: false, because: "refused", why };
    }
    const readOnly = file.readOnly();
    if (readOnly !== null) return { ok: false, because: "refused", why: readOnly };
    const { text } = inForce;
    const sections = sectionsOf(text);
    if (wish.do === "add") return saved(text, null, null, wish.section, wish.password);
    const now = sections.find(({ id }) => id === wish.id);
    if (now === undefined)
      return { ok: false, because: "notFound", why: `${file.path} has no cluster "${wish.id}" any more.` };
    if (revisionOf(now.section) !== wish.revision) {
      const why = `${now.id} was changed in ${file.path} since you opened it, and is not overwritten. Look at what it says now, then do it again.`;
      return { ok: false, because: "refused", why };
    }
    if (wish.do === "remove") return removed(text, now);
    if (wish.section["id"] !== now.id) {
      const remedy = `Leave it "${now.id}": runs and reports are filed under it. Remove the cluster and add another instead.`;
      return { ok: false, because: "invalid", problems: [{ field: "id", wrong: "An id never changes.", remedy }] };
    }
    return saved(text, now.id, now.section, wish.section, wish.password);
  }

  function removed(text: string, now: RawSection): Prepared {
    const next = withoutSection(text, now.id);
    const parsed = parse(next);
    if (!parsed.ok) return { ok: false, because: "invalid", problems: parsed.problems.map(problemOfFile) };
    return {
      ok: true,
      id: now.id,
      fields: [],
      commit: () => write(next, text, parsed.config),
      discard: () => undefined,
      forgetOld: () => forgetUnused(passwordOf(now.section)),
    };
  }

  function saved(
    text: string,
    id: string | null,
    before: Section | null,
    wished: Section,
    password: string | null,
  ): Prepared {
    const ownId = idIn(wished);
    const kept = password === null || ownId === null ? null : secrets.keep(ownId, password);
    if (kept?.ok === false) return { ok: false, because: "refused", why: kept.why };
    const reference = kept?.reference ?? null;
    const discard = (): void => {
      if (reference !== null) secrets.forget(reference);
    };
    const section = reference === null ? wished : withPassword(wished, reference);
    const next = withSection(text, id, section);
    const parsed = parse(next);
    if (!parsed.ok) {
      discard();
      const at = id === null ? sectionsOf(next).length - 1 : sectionsOf(text).findIndex((each) => each.id === id);
      return {
        ok: false,
        because: "invalid",
        problems: parsed.problems.map((problem) => problemOfSection(problem, at)),
      };
    }
    const fields = changesBetween(before ?? {}, section).map(({ field }) => field);
    const old = before === null ? null : passwordOf(before);
    return {
      ok: true,
      id: ownId ?? "",
      fields: [...new Set(fields)],
      commit: () => write(next, text, parsed.config),
      discard,
      forgetOld: () => forgetUnused(old),
    };
  }

  function write(next: string, over: string, config: Config<Cluster>): string | null {
    if (next === over) return null;
    const written = file.write(next, over);
    if (!written.ok) return written.why;
    adopt(next, config, false);
    return null;
  }

  function forgetUnused(reference: string | null): void {
    const used = sectionsOf(inForce.text).map(({ section }) => passwordOf(section));
    if (reference !== null && !used.includes(reference)) secrets.forget(reference);
  }

  /** Read beside the others, as it would be once it is saved. */
  function described(section: Section, password: string | null): Described<Cluster> {
    const kept = password === null ? section : withoutPassword(section);
    const { text } = inForce;
    const known = sectionsOf(text).find(({ id }) => id === section["id"])?.id ?? null;
    const next = withSection(text, known, kept);
    const parsed = parse(next);
    if (!parsed.ok) {
      const at = sectionsOf(next).findIndex(({ id }) => id === String(section["id"]));
      return { ok: false, problems: parsed.problems.map((problem) => problemOfSection(problem, at)) };
    }
    const cluster = parsed.config.clusters.find(({ id }) => id === section["id"]);
    invariant(cluster !== undefined, "what was read has what was put in");
    return { ok: true, cluster };
  }

  return {
    standing(): Standing {
      const names = new Map(inForce.config.clusters.map(({ id, name }) => [id, name]));
      return {
        file: file.path,
        readOnly: file.readOnly(),
        problems,
        restart: restartOf(first.text, inForce.text),
        yaml: inForce.text,
        sections: sectionsOf(inForce.text).map(({ id, section, yaml }) => ({
          id,
          name: names.get(id) ?? id,
          section,
          yaml,
          revision: revisionOf(section),
        })),
      };
    },
    wanted(): readonly WantedCluster[] {
      return inForce.config.clusters.map((cluster) => {
        const fingerprint = canonicalJson(cluster);
        return { id: cluster.id, fingerprint, open: () => ({ ...parts.open(cluster), fingerprint }) };
      });
    },
    prepare,
    async test({ section, password }, signal) {
      const found = described(section, password);
      return found.ok ? { ok: true, report: await parts.test(found.cluster, password, signal) } : found;
    },
    async prepareHostKey({ section, host, fingerprint }) {
      const found = described(section, null);
      if (!found.ok) return { ...found, because: "invalid" };
      return await parts.prepareHostKey(found.cluster, host, fingerprint);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: unwatch,
  };
}

/** The folder from which a configuration counts relative files. */
export function folderOf(path: string): string {
  return dirname(resolve(path));
}
