/** The only pages without a session. They belong to transport: a request without a session never reaches Next. */
import type { PagePolicy } from "./respond.ts";

/**
 * The link's secret stands after `#`, which no browser sends and no proxy logs; the script takes it out of the address
 * bar at once. Redeeming needs a press: a chat's link preview that fetches this page uses nothing up.
 */
export function loginPage(policy: PagePolicy): string {
  return page(
    policy,
    "Log in",
    `<p id="hint">This console opens with a one-time link. On the machine where it runs:</p>
<pre id="how">npx sluice login --as YOUR.NAME</pre>
<p><button id="go" type="button" hidden>Log in</button></p>
<p id="wrong" role="alert"></p>
<noscript><p>Logging in needs JavaScript, as the console does.</p></noscript>`,
    `const secret = location.hash.slice(1);
const by = (id) => document.getElementById(id);
if (secret !== "") {
  history.replaceState(null, "", location.pathname + location.search);
  by("hint").textContent = "This link logs you in once, on this browser.";
  by("how").hidden = true;
  by("go").hidden = false;
  by("go").focus();
}
by("go").addEventListener("click", async () => {
  by("go").disabled = true;
  try {
    const answer = await fetch("/login", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: secret }),
    });
    if (answer.ok) {
      location.replace(location.pathname === "/login" ? "/" : location.pathname + location.search);
      return;
    }
    const problem = await answer.json();
    by("wrong").textContent = problem.error + " " + problem.remedy;
  } catch {
    by("wrong").textContent = "The console did not answer. Is it running?";
    by("go").disabled = false;
  }
});`,
  );
}

export function startingPage(policy: PagePolicy): string {
  return page(
    policy,
    "Starting",
    `<p>The console is reading its journal. This page looks again by itself.</p>`,
    `setTimeout(() => location.reload(), 1000);`,
  );
}

function page(policy: PagePolicy, title: string, body: string, script: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title} · Sluice</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main { width: min(26rem, calc(100vw - 3rem)); }
h1 { font-size: 1.25rem; margin: 0 0 .75rem; }
pre { padding: .6rem .75rem; border: 1px solid color-mix(in srgb, CanvasText 25%, transparent); border-radius: 6px; overflow-x: auto; }
button { font: inherit; padding: .5rem 1.1rem; border-radius: 6px; border: 1px solid currentColor; cursor: pointer; }
[hidden] { display: none; }
</style>
</head>
<body>
<main>
<h1>Sluice</h1>
${body}
</main>
<script nonce="${policy.nonce}">
${script}
</script>
</body>
</html>
`;
}
