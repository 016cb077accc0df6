/** How a report's file looks, on paper too: always light, and no row or heading is torn apart. */
export const STYLE = String.raw`
:root { color-scheme: light; }
html, body { margin: 0; background: #fff; }
.sluice-report { max-width: 1100px; margin: 0 auto; padding: 24px; background: #fff; color: #10161b;
  font: 13px/1.5 Inter, system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; font-variant-numeric: tabular-nums; }
.sluice-report * { box-sizing: border-box; }
.sluice-report h1 { margin: 0 0 4px; font-size: 22px; line-height: 1.25; }
.sluice-report h2 { margin: 24px 0 8px; padding-top: 12px; border-top: 1px solid #d2d9de; font-size: 15px; break-after: avoid; }
.sluice-report h3 { margin: 12px 0 2px; font-size: 13px; break-after: avoid; }
.sluice-report p { margin: 4px 0; }
.sluice-report .soft { color: #5c6872; }
.sluice-report .verdict { margin: 8px 0 12px; font-size: 16px; }
.sluice-report dl { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 12px 0; }
.sluice-report dt { color: #5c6872; font-size: 11px; }
.sluice-report dd { margin: 0; font: 15px/1.3 "JetBrains Mono", ui-monospace, monospace; }
.sluice-report svg { display: block; width: 100%; height: auto; break-inside: avoid; }
.sluice-report figure { margin: 0; break-inside: avoid; }
.sluice-report figcaption { color: #414d57; font-size: 12px; }
.sluice-report table { width: 100%; border-collapse: collapse; font-size: 12px; }
.sluice-report thead { display: table-header-group; }
.sluice-report tr { break-inside: avoid; }
.sluice-report th, .sluice-report td { padding: 4px 8px 4px 0; border-bottom: 1px solid #e6eaed; text-align: left;
  vertical-align: top; white-space: nowrap; }
.sluice-report th { color: #5c6872; font-size: 11px; font-weight: 500; }
.sluice-report td.long { white-space: normal; overflow-wrap: anywhere; }
.sluice-report td.time { font-family: "JetBrains Mono", ui-monospace, monospace; }
.sluice-report pre { margin: 4px 0; padding: 8px 12px; border: 1px solid #d2d9de; white-space: pre-wrap;
  overflow-wrap: anywhere; font: 11px/1.5 "JetBrains Mono", ui-monospace, monospace; }
.sluice-report ul { margin: 4px 0; padding-left: 18px; }
.sluice-report .bad { color: #b3261b; }
@media print {
  @page { margin: 14mm 12mm; }
  .sluice-report { max-width: none; padding: 0; font-size: 10.5px; }
  .sluice-report table { font-size: 9.5px; }
  .sluice-report .journal { break-before: page; }
}
`;
