/** What the load consists of: how much of each kind a second, how long each takes, who asks and what. */
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

const spans: Readonly<Record<QueryKind | "stream" | "broker", readonly [number, number]>> = {
  short: [50, 200],
  medium: [1000, 3000],
  long: [10_000, 40_000],
  stream: [500, 2000],
  broker: [2000, 6000],
};

export function workMs(kind: QueryKind | "stream" | "broker", chance: number): number {
  const [least, most] = spans[kind];
  return Math.round(least + (most - least) * chance);
}

/** A part of the queries reads the lake, which the compute nodes work on. */
const lakeShare = 0.25;

export function statement(kind: QueryKind, workMs: number, chance: number): string {
  const seconds = (workMs / 1000).toFixed(3);
  const table = chance < lakeShare ? "lake.events" : "shop.orders";
  return `SELECT count(*), sleep(${seconds}) FROM ${table} /* ${titles[kind]} */`;
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
