/** What the section of a cluster of plain backend processes says: where each answers for its health, and what it counts. */
import { z } from "zod";
import { serverNodeShape, serversShape, whatFitsTogether } from "../servers/config.ts";

const path = z.string().regex(/^\//, "Not a path. Begin it with a slash, as in /health.");
const port = z.int().min(1).max(65_535);

/** `name`, or `name{label="value"}`: the sum of all samples that have these labels. */
const selector = z
  .string()
  .regex(
    /^[A-Za-z_:][\w:]*(\{\s*\w+\s*=\s*"[^"]*"(\s*,\s*\w+\s*=\s*"[^"]*")*\s*\})?$/,
    'Not a metric. Write its name, or name{label="value"}.',
  );

const health = z.strictObject({
  path: path.default("/health"),
  /** Where it answers on another port than its service. */
  port: port.optional(),
  /** The status that says "send me work". Every other one says "send me none". */
  status: z.int().min(100).max(599).default(200),
  /** Of a request to it; an answer that takes longer says nothing. */
  limitMs: z.int().min(50).max(10_000).default(900),
});

const metrics = z.strictObject({
  path: path.default("/metrics"),
  /** One that stays open while the node drains shows its work to the end. */
  port: port.optional(),
  /** Gauges of work that its exit waits for, each under what people call it: { requests: http_requests_in_flight }. */
  inFlight: z.record(z.string().min(1), selector).default({}),
  /** Gauges of work that its exit does not wait for. */
  willBeCut: z.record(z.string().min(1), selector).default({}),
  /** Totals. */
  requests: selector.optional(),
  failures: selector.optional(),
  /** A gauge in seconds, such as name{quantile="0.99"} of a summary. */
  p99S: selector.optional(),
  /** A sample whose label carries the version: build_info with its label version. */
  version: z.strictObject({ metric: selector, label: z.string().min(1) }).optional(),
});

const node = z.strictObject({ ...serverNodeShape, health: health.optional(), metrics: metrics.optional() });

export const processConfig = z
  .strictObject({
    ...serversShape,
    system: z.literal("process"),
    /** For every node that says nothing else. */
    health: health.prefault({}),
    metrics: metrics.optional(),
    work: z
      .strictObject({ one: z.string().min(1), many: z.string().min(1) })
      .default({ one: "request", many: "requests" }),
    nodes: z.array(node).min(1, "No node is named. Give each with its name, address, host, home and owner."),
  })
  .superRefine(whatFitsTogether, { when: () => true });
export type ProcessConfig = z.infer<typeof processConfig>;
export type HealthConfig = z.infer<typeof health>;
export type MetricsConfig = z.infer<typeof metrics>;
