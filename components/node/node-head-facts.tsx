import type { SystemWords } from "#lib/cluster/words.ts";
import type { NodeRow } from "#components/cluster/node-rows.ts";
import { asTitle, duration, rate, releaseOf } from "#components/format.ts";
import { msg, t } from "#components/language/t.ts";
import { Fact } from "#components/shell/page-header.tsx";

/** What one reads off a machine at a glance; what nobody measures says so. */
export function NodeHeadFacts({
  row,
  words,
  nowMs,
}: {
  readonly row: NodeRow;
  readonly words: SystemWords;
  readonly nowMs: number;
}) {
  const { memoryPct, diskPct, startedAtMs } = row.view.observation;
  const { requestsPerS } = row.view.rates;
  return (
    <>
      <Fact caption={t("Version")}>
        {row.version === null ? t(NOT_KNOWN) : <span title={row.version}>{releaseOf(row.version)}</span>}
      </Fact>
      <Fact caption={t("Up")}>
        {row.status.status === "gone"
          ? t("not up")
          : startedAtMs === null
            ? t(NOT_KNOWN)
            : duration(nowMs - startedAtMs)}
      </Fact>
      <Fact caption={asTitle(words.work.many)}>{requestsPerS === null ? t("not measurable") : rate(requestsPerS)}</Fact>
      <Fact caption={t("Memory")}>{percent(memoryPct)}</Fact>
      {row.node.role === "fe" ? null : <Fact caption={t("Fullest disk")}>{percent(diskPct)}</Fact>}
    </>
  );
}

const NOT_KNOWN = msg("not known");

function percent(value: number | null): string {
  return value === null ? t(NOT_KNOWN) : `${Math.round(value)} %`;
}
