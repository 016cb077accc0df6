import type { NodeRow } from "#components/cluster/node-rows.ts";
import { duration, rate, releaseOf } from "#components/format.ts";
import { Fact } from "#components/shell/page-header.tsx";

/** What one reads off a machine at a glance; what nobody measures says so. */
export function NodeHeadFacts({ row, nowMs }: { readonly row: NodeRow; readonly nowMs: number }) {
  const { memoryPct, diskPct, startedAtMs } = row.view.observation;
  const { requestsPerS } = row.view.rates;
  return (
    <>
      <Fact caption="Version">
        {row.version === null ? UNKNOWN : <span title={row.version}>{releaseOf(row.version)}</span>}
      </Fact>
      <Fact caption="Up">
        {row.status.status === "gone" ? "not up" : startedAtMs === null ? UNKNOWN : duration(nowMs - startedAtMs)}
      </Fact>
      <Fact caption="Queries">{requestsPerS === null ? UNKNOWN : rate(requestsPerS)}</Fact>
      <Fact caption="Memory">{percent(memoryPct)}</Fact>
      {row.node.role === "fe" ? null : <Fact caption="Fullest disk">{percent(diskPct)}</Fact>}
    </>
  );
}

const UNKNOWN = "not known";

function percent(value: number | null): string {
  return value === null ? UNKNOWN : `${Math.round(value)} %`;
}
