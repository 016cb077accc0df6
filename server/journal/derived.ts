/**
 * Values that follow from whole streams, kept so that the stream need not be read again, such as the summary of a run.
 * One that does not fit the last entry of its stream any more, or is not what was written, is not given out.
 */
import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Derived, StreamName } from "#server/orchestrator/ports.ts";
import { canonicalJson } from "./chain.ts";
import { streamName } from "./read.ts";

const derivedRow = z.object({ stream: z.string(), last_hash: z.string(), value: z.string(), digest: z.string() });

export interface DerivedValues {
  all(prefix: string): ReadonlyMap<StreamName, unknown>;
  /** Nothing is kept when the stream has moved on. */
  put(derived: Derived): void;
}

export function createDerived(db: DatabaseSync): DerivedValues {
  const select = db.prepare(
    "SELECT derived.* FROM derived JOIN stream ON name = derived.stream AND stream.last_hash = derived.last_hash " +
      "WHERE substr(derived.stream, 1, length(?1)) = ?1",
  );
  const upsert = db.prepare(
    "INSERT INTO derived SELECT name, last_hash, ?3, ?4 || last_hash FROM stream WHERE name = ?1 AND last_seq = ?2 " +
      "ON CONFLICT (stream) DO UPDATE SET last_hash = excluded.last_hash, value = excluded.value, digest = excluded.digest",
  );
  return {
    all(prefix) {
      const rows = select.all(prefix).flatMap((row) => {
        const parsed = derivedRow.safeParse(row);
        if (!parsed.success) return [];
        const { stream, last_hash, value, digest } = parsed.data;
        if (digest !== digestOf(stream, value) + last_hash) return [];
        const known: unknown = JSON.parse(value);
        return [[streamName(stream), known] as const];
      });
      return new Map(rows);
    },
    put({ stream, seq, value }) {
      const text = canonicalJson(value);
      upsert.run(stream, seq, text, digestOf(stream, text));
    },
  };
}

function digestOf(stream: string, text: string): string {
  return createHash("sha256").update(`${stream}\n${text}`).digest("hex");
}
