/**
 * A plan as a file: what people wrote down and keep beside their runbooks. The same wish as `planRequest`, with units that
 * people write. `sluicePlan` says which form it is. Reading names every mistake at once, each with what to do.
 */
import "./no-eval.ts";
import { z } from "zod";
import type { Policy } from "../run/plan.ts";
import { batchFits, policy as policySchema } from "./api.ts";

const seconds = (least: number) => z.number().min(least).max(86_400);
const hook = z.strictObject({ argv: z.array(z.string().min(1)).min(1), limitS: seconds(1) });
const nodeId = z.string().min(1).max(200);

export const planFile = z.strictObject({
  sluicePlan: z.literal(1),
  cluster: z.string().min(1).optional(),
  kind: z.enum(["upgrade", "downgrade", "restart", "stop", "drain"]),
  targetVersion: z.string().min(1).max(100).nullable().default(null),
  reason: z.string().max(2000).default(""),
  /** Under what this work is known elsewhere. */
  ticket: z.string().max(100).optional(),
  nodes: z.union([z.literal("all"), z.array(nodeId).min(1)]).default("all"),
  order: z.array(nodeId).default([]),
  drainLimitS: seconds(1).nullable(),
  /** By role (fe, be, cn, server) or by node; the configuration's own limits stand for the rest. */
  exitLimitS: z.record(nodeId, seconds(1)).default({}),
  leaderExit: z.enum(["graceful", "plain"]).default("graceful"),
  isolate: z.boolean().default(true),
  policy: z
    .strictObject({
      approval: z.enum(["every", "firstOfRole", "firstThenLook", "none"]),
      drain: z.enum(["before", "inside"]),
      onDrainLimit: z.discriminatedUnion("do", [
        z.strictObject({ do: z.literal("ask") }),
        z.strictObject({ do: z.literal("extend"), byS: seconds(1), atMostS: seconds(1) }),
        z.strictObject({ do: z.literal("goOn") }),
      ]),
      soakS: seconds(0),
      minRequests: z.int().min(0),
      onNoTraffic: z.enum(["hold", "accept"]),
      maxFailures: z.int().min(0),
      maxUnavailable: z.int().min(1).max(1000).default(1),
      failureBudget: z.int().min(0).nullable().default(null),
      unansweredS: seconds(1).nullable().default(1800),
      finish: z.enum(["atOnce", "later"]).default("atOnce"),
      hooks: z.strictObject({ before: hook.nullable(), after: hook.nullable() }).default({ before: null, after: null }),
      probe: z
        .strictObject({ everyMs: z.int().min(100).max(3_600_000) })
        .nullable()
        .default(null),
      batch: z.int().min(1).max(1000).default(1),
    })
    .superRefine(batchFits),
});
export type PlanFile = z.infer<typeof planFile>;

// ---------------------------------------------------------------------------------------------------------------- read

export type FilePath = readonly (string | number)[];
export type FileProblem = { readonly path: FilePath; readonly wrong: string; readonly remedy: string };
export type PlanFileRead =
  { readonly ok: true; readonly file: PlanFile } | { readonly ok: false; readonly problems: readonly FileProblem[] };

export function readPlanFile(value: unknown): PlanFileRead {
  const parsed = planFile.safeParse(value, { reportInput: true });
  if (parsed.success) return { ok: true, file: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap(problemsOf) };
}

/** "policy.soakS", "nodes[2]"; the file itself is "the file". */
export function fieldName(path: FilePath): string {
  const name = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  return name === "" ? "the file" : name.replace(/^\./, "");
}

function problemsOf(issue: z.core.$ZodIssue): readonly FileProblem[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  const one = (wrong: string, remedy: string): readonly FileProblem[] => [{ path, wrong, remedy }];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        wrong: "There is no such field.",
        remedy: remedyForUnknown(path, key),
      }));
    case "invalid_type":
      return issue.input === undefined
        ? one("It is missing.", `Add it: ${wantedType(issue.expected)}.`)
        : one(`It is not ${wantedType(issue.expected)}.`, `Write ${wantedType(issue.expected)}.`);
    case "invalid_value":
      return one("It has none of the values that it can have.", `Write ${orList(issue.values.map(String))}.`);
    case "too_small":
      return one("It is too small.", `Write ${String(issue.minimum)} or more.`);
    case "too_big":
      return one("It is too large.", `Write ${String(issue.maximum)} or less.`);
    case "invalid_union":
      return one("It cannot be read.", unionRemedy(path));
    case "custom":
      return one(String(issue.params?.["wrong"]), String(issue.params?.["remedy"]));
    default:
      return one(`${issue.message}.`, "Correct it.");
  }
}

const UNITS_OF_THE_API: Readonly<Record<string, string>> = {
  drainLimitMs: "drainLimitS",
  exitLimitMs: "exitLimitS",
  soakMs: "soakS",
  unansweredMs: "unansweredS",
  limitMs: "limitS",
  byMs: "byS",
  atMostMs: "atMostS",
  nodeIds: "nodes",
};

function remedyForUnknown(path: FilePath, key: string): string {
  const known = fieldsAt(path);
  const meant = UNITS_OF_THE_API[key] ?? known.find((field) => field.toLowerCase() === key.toLowerCase());
  if (meant !== undefined && known.includes(meant)) return `Write ${meant} instead.`;
  return known.length === 0 ? "Take it out." : `Take it out; the fields here are ${known.join(", ")}.`;
}

function fieldsAt(path: FilePath): readonly string[] {
  if (path.length === 0) return Object.keys(planFile.shape);
  if (path[0] !== "policy") return [];
  if (path.length === 1) return Object.keys(planFile.shape.policy.shape);
  if (path[1] === "onDrainLimit") return ["do", "byS", "atMostS"];
  if (path[1] === "hooks") return path.length === 2 ? ["before", "after"] : ["argv", "limitS"];
  return path[1] === "probe" ? ["everyMs"] : [];
}

function unionRemedy(path: FilePath): string {
  if (path[0] === "nodes") return "Write all, or a list of nodes.";
  if (path[1] === "onDrainLimit") return "Write do: ask, do: goOn, or do: extend with byS and atMostS.";
  return "Correct it.";
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a group of fields",
  record: "a group of fields",
};

function wantedType(expected: string): string {
  return TYPES[expected] ?? expected;
}

function orList(values: readonly string[]): string {
  return values.length < 2 ? (values[0] ?? "") : `${values.slice(0, -1).join(", ")} or ${values.at(-1) ?? ""}`;
}

// ------------------------------------------------------------------------------------------------------- units, both ways

const toMs = (s: number): number => Math.round(s * 1000);

export function policyOfFile({ policy }: PlanFile): Policy {
  const { soakS, unansweredS, onDrainLimit, hooks, ...rest } = policy;
  const hookOf = (value: (typeof hooks)["before"]) =>
    value === null ? null : { argv: value.argv, limitMs: toMs(value.limitS) };
  return policySchema.parse({
    ...rest,
    soakMs: toMs(soakS),
    unansweredMs: unansweredS === null ? null : toMs(unansweredS),
    onDrainLimit:
      onDrainLimit.do === "extend"
        ? { do: "extend", byMs: toMs(onDrainLimit.byS), atMostMs: toMs(onDrainLimit.atMostS) }
        : onDrainLimit,
    hooks: { before: hookOf(hooks.before), after: hookOf(hooks.after) },
  });
}
