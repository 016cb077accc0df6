/**
 * The frame of the pages without a session. None of the console's files is needed for it, so that it stands while they are
 * not there; its colours are those of the console (app/tokens.css), and the theme that was chosen there is kept.
 */
import type { Language } from "#lib/people/language.ts";
import type { PagePolicy } from "./respond.ts";

export function plainPage(policy: PagePolicy, language: Language, title: string, body: string, code: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title} · Sluice</title>
<style>${STYLE}</style>
<script nonce="${policy.nonce}">${THEME}</script>
</head>
<body>
<main>
<h1>${MARK}Sluice</h1>
${body}
</main>
<script nonce="${policy.nonce}">
${code}
</script>
</body>
</html>
`;
}

/** As components/stores/theme.ts keeps it; without one, what the system prefers. */
const THEME = `try{var t=localStorage.getItem("sluice-theme")}catch(e){}
if(t==="dark"||t==="light")document.documentElement.style.colorScheme=t`;

const MARK = `<svg width="22" height="22" viewBox="0 0 18 18" fill="none" aria-hidden="true">
<rect x="4" y="10" width="10" height="5" fill="var(--water)"/>
<path d="M3 1.5v15M15 1.5v15M3 5.5h12M3 10h12" stroke="currentColor" stroke-width="2"/></svg>`;

const STYLE = `
:root { color-scheme: light dark;
  --page: light-dark(#ffffff, #0d1114); --inset: light-dark(#f1f4f6, #090c0f);
  --line: light-dark(#d2d9de, #2a333b); --edge: light-dark(#7c8790, #64717c);
  --text: light-dark(#10161b, #e9edf0); --soft: light-dark(#414d57, #b1bbc4);
  --water: light-dark(#0b6a8a, #63bfdd); --danger: light-dark(#b3261b, #f57f72);
  --act: light-dark(#10161b, #e9edf0); --on-act: light-dark(#ffffff, #0d1114); --focus: light-dark(#0b6a8a, #8fd3ea);
  font: 15px/1.5 Inter, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page); color: var(--text); }
main { width: min(24rem, calc(100vw - 3rem)); padding-bottom: 12vh; }
h1 { display: flex; align-items: center; gap: 10px; font-size: 1.25rem; font-weight: 600; margin: 0 0 1.25rem; }
pre { padding: .6rem .75rem; border: 1px solid var(--line); border-radius: 4px; background: var(--inset); overflow-x: auto;
  font: .8125rem/1.5 "JetBrains Mono", ui-monospace, monospace; }
label { display: block; color: var(--soft); font-size: .8125rem; margin-bottom: .25rem; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem .6rem; border-radius: 4px;
  border: 1px solid var(--edge); background: var(--inset); color: var(--text); }
button { font: inherit; font-weight: 600; width: 100%; padding: .5rem 1.1rem; border-radius: 4px; border: 0; cursor: pointer;
  background: var(--act); color: var(--on-act); }
button:disabled { opacity: .6; cursor: progress; }
summary { cursor: pointer; color: var(--soft); font-size: .8125rem; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
#wrong { min-height: 3em; color: var(--danger); }
[hidden] { display: none; }
`;
