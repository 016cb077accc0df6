/** The only pages without a session. They belong to transport: a request without a session never reaches Next. */
import { INTERRUPTED_KEY } from "#lib/people/interrupted.ts";
import type { Language } from "#lib/people/language.ts";
import { LOGIN_WORDS, type LoginWords } from "./login-words.ts";
import { plainPage } from "./plain-page.ts";
import type { PagePolicy } from "./respond.ts";

/** Makes a one-time link; the same in every language. */
export const LINK_COMMAND = "npx sluice login --as YOUR.NAME";

/**
 * The link's secret stands after `#`, which no browser sends and no proxy logs; the script takes it out of the address
 * bar at once. Redeeming needs a press: a chat's link preview that fetches this page uses nothing up. Where there are
 * accounts, name and password are asked for; the page stands at the address that was wanted, and goes on to it.
 */
export function loginPage(policy: PagePolicy, hasAccounts: boolean, language: Language): string {
  const words = LOGIN_WORDS[language];
  const ways = hasAccounts ? `${password(words)}${linkBeside(words)}` : linkAlone(words);
  return plainPage(policy, language, words.title, `${ways}${rest(words)}`, script(words));
}

const password = ({ name, password: secret, enter }: LoginWords): string => `<form id="form" method="post">
<p><label for="name">${name}</label>
<input id="name" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="64"></p>
<p><label for="password">${secret}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200"></p>
<p><button id="enter" type="submit">${enter}</button></p>
</form>`;

const linkBeside = ({ withLink, where }: LoginWords): string => `<details id="other"><summary>${withLink}</summary>
<p>${where}</p>
<pre id="how">${LINK_COMMAND}</pre>
</details>
<p id="hint" hidden></p>`;

const linkAlone = ({ linkAlone: text }: LoginWords): string => `<p id="hint">${text}</p>
<pre id="how">${LINK_COMMAND}</pre>`;

const rest = ({ enter, needsScript }: LoginWords): string => `
<p><button id="go" type="button" hidden>${enter}</button></p>
<p id="wrong" role="alert"></p>
<noscript><p>${needsScript}</p></noscript>`;

const script = ({ thisLink, noAnswer }: LoginWords): string => `const secret = location.hash.slice(1);
const by = (id) => document.getElementById(id);
const form = by("form");
// An address may carry a place on its page ("#be-01"): a link's secret is longer.
const isLink = location.pathname === "/login" ? secret !== "" : /^[A-Za-z0-9_-]{43}$/.test(secret);
if (isLink) {
  history.replaceState(null, "", location.pathname + location.search);
  by("hint").textContent = ${JSON.stringify(thisLink)};
  by("hint").hidden = false;
  by("how").hidden = true;
  if (form) form.hidden = true;
  if (by("other")) by("other").hidden = true;
  by("go").hidden = false;
  by("go").focus();
} else if (form) {
  by("name").focus();
}
async function enter(button, sent) {
  button.disabled = true;
  by("wrong").textContent = "";
  try {
    const answer = await fetch("/login", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(sent),
    });
    if (answer.ok) {
      if (location.pathname === "/login") return location.replace("/");
      try {
        sessionStorage.setItem(${JSON.stringify(INTERRUPTED_KEY)}, "yes");
      } catch {}
      location.reload();
      return;
    }
    const problem = await answer.json();
    by("wrong").textContent = problem.error + " " + problem.remedy;
    if (form && !isLink) {
      by("password").value = "";
      by("password").focus();
      button.disabled = false;
    }
  } catch {
    by("wrong").textContent = ${JSON.stringify(noAnswer)};
    button.disabled = false;
  }
}
by("go").addEventListener("click", () => enter(by("go"), { token: secret }));
if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter(by("enter"), { name: by("name").value.trim(), password: by("password").value });
  });
}`;

export function startingPage(policy: PagePolicy, language: Language): string {
  const { starting, readingJournal } = LOGIN_WORDS[language];
  const again = `setTimeout(() => location.reload(), 1000);`;
  return plainPage(policy, language, starting, `<p>${readingJournal}</p>`, again);
}
