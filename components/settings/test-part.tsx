"use client";
/** What a try of the connection found, and the try itself: it can be called off, and ends by itself after ten seconds. */
import type { ReactNode } from "react";
import type { ConnectionReport, Finding, FoundNode } from "#lib/wire/configuration.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { msg, t } from "#components/language/t.ts";
import { copyText } from "#components/shell/hand-out.ts";
import { Button } from "#components/ui/button.tsx";
import { StatusWord } from "#components/ui/status-word.tsx";
import { classesOf } from "#components/ui/css.ts";
import styles from "./settings.module.css";
import { ConfirmKey } from "./confirm-key.tsx";
import type { Test } from "./use-test.ts";

const css = classesOf(styles);

const FRONT_ENDS = msg(
  "Asks each front end, the account, every node's port, its routers, the hosts and what lies there. It only reads, keeps nothing, and takes ten seconds at most.",
);
export const SERVERS = msg(
  "Asks each node, its owner and its routers, the hosts and what lies there. It only reads, keeps nothing, and takes ten seconds at most.",
);

export function TestPart({
  test,
  locked,
  asks = FRONT_ENDS,
  onTest,
}: {
  readonly test: Test;
  /** What it does, before it was ever done. */
  readonly asks?: string;
  /** Why this person may not ask for it; null when they may. */
  readonly locked: string | null;
  readonly onTest: () => void;
}) {
  const { state } = test;
  return (
    <aside className={css("test")} aria-label={t("Test of the connection")}>
      <div className={css("testHead")}>
        <h2 className={css("title")}>{t("Test of the connection")}</h2>
        {state.at === "trying" ? (
          <Button onPress={test.cancel}>{t("Stop the test")}</Button>
        ) : (
          <Button icon="verify" locked={locked} onPress={onTest}>
            {t("Test connection")}
          </Button>
        )}
      </div>
      <div aria-live="polite" className={css("found")}>
        {state.at === "never" ? <p className={css("soft")}>{t(asks)}</p> : null}
        {state.at === "trying" ? <p>{t("Asking. It takes ten seconds at most.")}</p> : null}
        {state.at === "stopped" ? <p>{t("Stopped. Nothing was kept.")}</p> : null}
        {state.at === "failed" ? <p className={css("wrong")}>{state.why}</p> : null}
        {state.at === "found" ? <Report report={state.report} test={test} onTest={onTest} /> : null}
      </div>
    </aside>
  );
}

function Report({
  report,
  test,
  onTest,
}: {
  readonly report: ConnectionReport;
  readonly test: Test;
  readonly onTest: () => void;
}) {
  const wrong = report.findings.filter(({ verdict }) => verdict === "fail").length;
  return (
    <>
      <p>
        <StatusWord
          icon={verdictIcon(report)}
          tone={wrong > 0 || report.cluster === null ? "danger" : report.unfinished ? "attn" : "ok"}
        >
          {sentenceOf(report)}
        </StatusWord>
      </p>
      {report.cluster === null ? null : <ClusterFacts cluster={report.cluster} />}
      <ul className={css("findings")} aria-label={t("What was found")}>
        {report.findings.map((finding) => (
          <FindingLine key={`${finding.title} ${finding.evidence}`} finding={finding}>
            {finding.hostKey?.state === "new" ? (
              <ConfirmKey hostKey={finding.hostKey} test={test} onConfirmed={onTest} />
            ) : null}
          </FindingLine>
        ))}
      </ul>
    </>
  );
}

function verdictIcon(report: ConnectionReport): "serving" | "fail" | "clock" {
  if (report.cluster === null || report.findings.some(({ verdict }) => verdict === "fail")) return "fail";
  return report.unfinished ? "clock" : "serving";
}

/** The one sentence: can it be watched, can it be rolled, how long did it take. */
export function sentenceOf({ cluster, findings, unfinished, tookMs }: ConnectionReport): string {
  const wrong = findings.filter(({ verdict }) => verdict === "fail").length;
  const took = t("{seconds} s", { seconds: (tookMs / 1000).toFixed(1) });
  if (cluster === null && wrong === 0) return t("No answer within {took}.", { took });
  const values = { took, wrong, count: cluster?.nodes.length ?? 0 };
  const found =
    cluster === null
      ? t("It cannot be reached. {took}.", { took })
      : wrong === 0
        ? t("Reached, {count, plural, one {# node} other {# nodes}}, in {took}.", values)
        : t(
            "Reached, {count, plural, one {# node} other {# nodes}}, in {took}; {wrong, plural, one {# thing is} other {# things are}} wrong.",
            values,
          );
  return sentences([found, unfinished ? t("Not everything was asked within {took}.", { took }) : ""]);
}

function ClusterFacts({ cluster }: { readonly cluster: NonNullable<ConnectionReport["cluster"]> }) {
  const isServers = cluster.nodes.every(({ role }) => role === "server");
  const kind =
    cluster.sharedData === null ? t("not told") : cluster.sharedData ? t("shared data") : t("shared nothing");
  return (
    <dl className={css("facts")}>
      <dt>{t("Version")}</dt>
      <dd>{cluster.versions.join(", ") || t("not told")}</dd>
      <dt>{t("Nodes")}</dt>
      <dd>{countsOf(cluster.nodes, isServers)}</dd>
      {isServers && cluster.leader === null ? null : (
        <>
          <dt>{t("Leader")}</dt>
          <dd>{cluster.leader ?? t("none now")}</dd>
        </>
      )}
      {isServers ? null : (
        <>
          <dt>{t("Storage")}</dt>
          <dd>{kind}</dd>
        </>
      )}
    </dl>
  );
}

function countsOf(nodes: readonly FoundNode[], isServers: boolean): string {
  const serving = nodes.filter(({ alive }) => alive).length;
  if (isServers) {
    return t("{count, plural, one {# server} other {# servers}}, {serving} serving", { count: nodes.length, serving });
  }
  const count = (role: FoundNode["role"]): number => nodes.filter((node) => node.role === role).length;
  return t("{fe} FE, {be} BE, {cn} CN", { fe: count("fe"), be: count("be"), cn: count("cn") });
}

const WORDS = {
  pass: { icon: "serving", tone: "ok", word: msg("pass") },
  fail: { icon: "fail", tone: "danger", word: msg("fail") },
  unknown: { icon: "warn", tone: "attn", word: msg("note") },
} as const;

function FindingLine({ finding, children }: { readonly finding: Finding; readonly children: ReactNode }) {
  const { icon, tone, word } = WORDS[finding.verdict];
  const isSql = /^(GRANT|SET) /m.test(finding.remedy);
  return (
    <li>
      <StatusWord icon={icon} tone={tone}>
        {t(word)}
      </StatusWord>
      <div>
        <strong className={css("what")}>{said(finding.title)}</strong>
        {finding.hostKey?.state === "new" ? (
          <code className={css("shown")}>
            {finding.hostKey.type} {finding.hostKey.fingerprint}
          </code>
        ) : (
          <p className={css("soft")}>{said(finding.evidence)}</p>
        )}
        {finding.remedy === "" ? null : isSql ? (
          <div className={css("remedy")}>
            <pre className={css("sql")}>{finding.remedy}</pre>
            <Button icon="copy" onPress={() => void copyText(finding.remedy, t("the statements"))}>
              {t("Copy the statements")}
            </Button>
          </div>
        ) : (
          <p className={css("remedy")}>{said(finding.remedy)}</p>
        )}
        {children}
      </div>
    </li>
  );
}
