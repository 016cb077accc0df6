"use client";
/** The rows of many nodes: each is made anew when something was told of it, and once a second for its age. */
import { useState } from "react";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView, NodeView } from "#lib/wire/views.ts";
import { nodeRow, type NodeRow } from "#components/cluster/node-rows.ts";
import { attentionOf, usualOf, type Usual } from "./attention.ts";
import type { CrowdRow } from "./filter.ts";

type Kept = { readonly view: NodeView; readonly run: Run | null; readonly atMs: number; readonly row: NodeRow };

const GOOD_FOR_MS = 900;

export type Crowd = {
  /** By name. */
  readonly rows: readonly CrowdRow[];
  readonly usual: Usual;
};

/** Names keep their order, and what was told of most of them has not changed since the last message. */
export function createCrowdRows(): (cluster: ClusterView, run: Run | null, nowMs: number) => Crowd {
  const kept = new Map<string, Kept>();
  let names: readonly string[] = [];
  return (cluster, run, nowMs) => {
    const { nodes } = cluster;
    const now = Object.keys(nodes);
    if (now.length !== names.length || names.some((name) => nodes[name] === undefined)) {
      names = now.sort((a, b) => (a < b ? -1 : 1));
      for (const name of kept.keys()) if (nodes[name] === undefined) kept.delete(name);
    }
    const rows = names.flatMap((name) => {
      const view = nodes[name];
      if (view === undefined) return [];
      const before = kept.get(name);
      if (before !== undefined && before.view === view && before.run === run && nowMs - before.atMs < GOOD_FOR_MS)
        return [before.row];
      const row = nodeRow(view, run, nowMs);
      kept.set(name, { view, run, atMs: nowMs, row });
      return [row];
    });
    const usual = usualOf(rows);
    return { rows: rows.map((row) => ({ ...row, attention: attentionOf(row, usual, run, nowMs) })), usual };
  };
}

export function crowdRow(view: NodeView, usual: Usual, run: Run | null, nowMs: number): CrowdRow {
  const row = nodeRow(view, run, nowMs);
  return { ...row, attention: attentionOf(row, usual, run, nowMs) };
}

export function useCrowdRows(cluster: ClusterView, run: Run | null, nowMs: number): Crowd {
  const [make] = useState(() => createCrowdRows());
  return make(cluster, run, nowMs);
}
