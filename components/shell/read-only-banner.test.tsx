import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { UNNUMBERED } from "#components/data/live.ts";
import { clusterQuery, clustersQuery } from "#components/data/queries.ts";
import { clusterView, nodeView } from "#components/testing/cluster.ts";
import { ReadOnlyBanner } from "./read-only-banner.tsx";

const CLUSTER = clusterView([nodeView("be-01")]);
const WHY = "The journal cannot be used: its end is cut off.";

function shown(readOnly: string | null, clusterId: string | null): string {
  const cache = new QueryClient();
  const cluster = { ...CLUSTER, readOnly };
  cache.setQueryData(clusterQuery(cluster.id).queryKey, { seq: UNNUMBERED, state: cluster });
  const summary = {
    id: cluster.id,
    name: "",
    system: "",
    systemName: "",
    nodeCount: 1,
    servingCount: 1,
    problem: readOnly,
    polledAtMs: 0,
  };
  const astray = { count: 0, first: [] };
  cache.setQueryData(clustersQuery().queryKey, [{ ...summary, readOnly, activeRun: null, standing: null, astray }]);
  return renderToStaticMarkup(
    <QueryClientProvider client={cache}>
      <ReadOnlyBanner clusterId={clusterId} />
    </QueryClientProvider>,
  );
}

describe("the banner of a console that is read-only", () => {
  it("says why over every screen, and speaks", () => {
    for (const clusterId of [CLUSTER.id, null]) {
      expect(shown(WHY, clusterId)).toContain(`</strong> ${WHY}`);
      expect(shown(WHY, clusterId)).toContain('role="status"');
    }
  });

  it("is not there while the journal can be written, nor over another cluster", () => {
    expect(shown(null, CLUSTER.id)).toBe("");
    expect(shown(null, null)).toBe("");
    expect(shown(WHY, "another")).toBe("");
  });
});
