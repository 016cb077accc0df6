import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Log } from "#server/orchestrator/ports.ts";

/** A process, as no other can be: a pid comes again, its start time with it does not. */
export type KnownPid = { readonly pid: number; readonly startTicks: string };

const file = z.record(z.string(), z.object({ pid: z.number(), startTicks: z.string() }));

/**
 * The processes seen last, kept across restarts of the console: when a stop script has removed the pid file, they tell
 * whose end to look for.
 */
export class KnownPids {
  #path: string | null;
  #log: Log;
  #known: Map<NodeId, KnownPid>;

  constructor(path: string | null, log: Log) {
    this.#path = path;
    this.#log = log;
    this.#known = path === null ? new Map() : readKnown(path);
  }

  get(nodeId: NodeId): KnownPid | null {
    return this.#known.get(nodeId) ?? null;
  }

  set(nodeId: NodeId, known: KnownPid): void {
    const before = this.#known.get(nodeId);
    if (before?.pid === known.pid && before.startTicks === known.startTicks) return;
    this.#known.set(nodeId, known);
    if (this.#path === null) return;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(`${this.#path}.new`, JSON.stringify(Object.fromEntries(this.#known)));
      renameSync(`${this.#path}.new`, this.#path);
    } catch (error) {
      this.#log.warn("known processes could not be kept", { path: this.#path, error });
    }
  }
}

function readKnown(path: string): Map<NodeId, KnownPid> {
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    return new Map(Object.entries(file.parse(content)));
  } catch {
    return new Map();
  }
}
