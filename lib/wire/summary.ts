/** A run's summary as it is kept beside its journal, so that an ended run need not be read again to be listed. */
import "./no-eval.ts";
import { z } from "zod";
import { actor } from "./journal.ts";
import type { RunSummary } from "./views.ts";

export const runSummary: z.ZodType<RunSummary> = z.object({
  id: z.string(),
  clusterId: z.string(),
  kind: z.enum(["upgrade", "downgrade", "restart", "stop", "drain"]),
  targetVersion: z.string().nullable(),
  fromVersions: z.array(z.string()),
  nodeIds: z.array(z.string()),
  startedAtMs: z.number(),
  startedBy: actor,
  endedAtMs: z.number().nullable(),
  verdict: z.enum(["finished", "aborted"]).nullable(),
  reason: z.string(),
});
