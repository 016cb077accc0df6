"use client";
/**
 * The report on paper: the same text as its file, put into the page while it is printed. A chart that was drawn for the
 * width of a screen does not fit a sheet.
 */
import { useEffect, useRef, useState } from "react";
import { createPortal, flushSync } from "react-dom";
import type { PlanFile } from "#lib/wire/plan-file.ts";
import { planText } from "#components/plan/plan-text.ts";
import { reportBody, type ReportFacts } from "./file/report-file.ts";
import { STYLE } from "./file/style.ts";

export function PrintedReport({
  factsOf,
  plan,
}: {
  readonly factsOf: (plan: string) => ReportFacts;
  readonly plan: PlanFile;
}) {
  const [html, setHtml] = useState<string | null>(null);
  const newest = useRef(factsOf);
  const yaml = useRef("");
  useEffect(() => {
    newest.current = factsOf;
  });
  useEffect(() => {
    void planText(plan).then((text) => {
      yaml.current = text;
    });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the plan of a run is frozen: it is written once.
  }, []);
  useEffect(() => {
    // A browser prints what stands there when this returns.
    const before = (): void => flushSync(() => setHtml(reportBody(newest.current(yaml.current))));
    const after = (): void => setHtml(null);
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
  if (html === null) return null;
  return createPortal(
    <div data-printed="report">
      <style>{STYLE}</style>
      {/* Every text in it went through `escaped`. */}
      <div dangerouslySetInnerHTML={{ __html: html }} />
    </div>,
    document.body,
  );
}
