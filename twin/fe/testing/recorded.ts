import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** What a real FE answered, read from twin/recordings. */
const file = (name: string): string => readFileSync(join(import.meta.dirname, "../../recordings", name), "utf8");

const entrySchema = z.object({
  sql: z.string(),
  columns: z.array(z.tuple([z.string(), z.string(), z.number()])).optional(),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))).optional(),
  error: z.object({ code: z.number(), message: z.string() }).optional(),
  ok: z.object({ affected: z.number() }).optional(),
});
export type Recorded = z.infer<typeof entrySchema>;

const httpSchema = z.object({
  url: z.string(),
  auth: z.boolean(),
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

export const recordedStatements = z
  .object({
    leader: z.array(entrySchema),
    follower: z.array(entrySchema),
    "leader sees none of the follower's blacklist": z.array(entrySchema),
    "user without rights": z.array(entrySchema),
    "user with OPERATE, BLACKLIST, cluster_admin": z.array(entrySchema),
    "wrong password": z.object({ error: z.tuple([z.number(), z.string()]) }),
    "unknown user": z.object({ error: z.tuple([z.number(), z.string()]) }),
    http: z.array(httpSchema),
  })
  .parse(JSON.parse(file("statements.json")));

export const recordedMetrics = (of: "leader" | "follower"): string => file(`metrics-${of}.txt`);

const changeSchema = z.object({
  t: z.number(),
  what: z.string(),
  asked: z.string().optional(),
  changed: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  error: z.tuple([z.number(), z.string()]).optional(),
  status: z.number().optional(),
});
export const recordedTimeline = (name: string) =>
  z.array(changeSchema).parse(JSON.parse(file(`timeline-${name}.json`)));

/** A value's shape: numbers, times, addresses and ids become their kind, everything else stays as it is. */
export function shapeOf(value: string | number | null): string {
  if (value === null) return "null";
  return String(value)
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "<uuid>")
    .replace(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/g, "<time>")
    .replace(/\d+\.\d+\.\d+\.\d+/g, "<ip>")
    .replace(/(\[<ip> alive: (true|false) inBlacklist: (true|false)\] )+/g, "<nodes>")
    .replace(/\d+(\.\d+)?/g, "<n>");
}
