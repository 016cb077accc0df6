/** What the load consists of: how much of each kind a second, how long each takes, who asks what, and of whom. */
import { z } from "zod";

export const rateSchema = z.object({
  /** Queries a second, over all FEs. */
  short: z.number().min(0),
  medium: z.number().min(0),
  long: z.number().min(0),
  /** Stream loads a second. */
  stream: z.number().min(0),
  /** Broker loads a second. */
  broker: z.number().min(0),
});
export type Rate = z.infer<typeof rateSchema>;

export const rates: Readonly<Record<"off" | "default" | "heavy", Rate>> = {
  off: { short: 0, medium: 0, long: 0, stream: 0, broker: 0 },
  default: { short: 54, medium: 2, long: 0.08, stream: 2, broker: 1 / 15 },
  heavy: { short: 150, medium: 6, long: 0.3, stream: 5, broker: 1 / 5 },
};

export type QueryKind = "short" | "medium" | "long";

const span = z.tuple([z.number(), z.number()]).readonly();
const share = z.number().min(0).max(1);

export const mixSchema = z.object({
  /** Milliseconds that a piece of the kind works, at least and at most. */
  spans: z.object({ short: span, medium: span, long: span, stream: span, broker: span }),
  /** The part of the queries that reads the lake, which the compute nodes work on. */
  lakeShare: share,
  /** Addresses of the FEs that are asked; null: all of them in turn. */
  frontends: z.array(z.string()).nullable(),
});
export type Mix = z.infer<typeof mixSchema>;

export const defaultMix: Mix = {
  spans: { short: [50, 200], medium: [1000, 3000], long: [10_000, 40_000], stream: [500, 2000], broker: [2000, 6000] },
  lakeShare: 0.25,
  frontends: null,
};

/** A part of a mix, as it is asked for: what is not named stays. */
export const mixPatchSchema = z
  .object({ spans: mixSchema.shape.spans.partial(), lakeShare: share, frontends: mixSchema.shape.frontends })
  .partial();
export type MixPatch = z.infer<typeof mixPatchSchema>;

export function patched(mix: Mix, patch: MixPatch): Mix {
  return mixSchema.parse({ ...mix, ...patch, spans: { ...mix.spans, ...patch.spans } });
}

export function workMs(mix: Mix, kind: QueryKind | "stream" | "broker", chance: number): number {
  const [least, most] = mix.spans[kind];
  return Math.round(least + (most - least) * chance);
}

export function statement(kind: QueryKind, workMs: number, lake: boolean): string {
  const seconds = (workMs / 1000).toFixed(3);
  return `SELECT count(*), sleep(${seconds}) FROM ${lake ? "lake.events" : "shop.orders"} /* ${titles[kind]} */`;
}

const titles: Readonly<Record<QueryKind, string>> = {
  short: "dashboard tile",
  medium: "orders of the day",
  long: "month by month comparison",
};

/** Long queries are people's and reports', short ones the dashboards'. */
export function userOf(kind: QueryKind, chance: number): string {
  if (kind === "long") return chance < 0.5 ? "finance_ro" : "dana";
  return chance < 0.7 ? "bi_etl" : chance < 0.9 ? "finance_ro" : "dana";
}

export const users: readonly string[] = ["bi_etl", "finance_ro", "dana", "bi_adhoc"];
