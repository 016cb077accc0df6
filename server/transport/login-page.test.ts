import { describe, expect, it } from "vitest";
import { LANGUAGES, type Language } from "#lib/people/language.ts";
import { LINK_COMMAND, loginPage, startingPage } from "./login-page.ts";
import { LOGIN_WORDS, type LoginWords } from "./login-words.ts";

const POLICY = { nonce: "bm9uY2U=", header: "" };
const ON_PAGES = [
  "title",
  "name",
  "password",
  "enter",
  "withLink",
  "where",
  "linkAlone",
  "needsScript",
  "thisLink",
  "noAnswer",
  "starting",
  "readingJournal",
];

/** All pages that need no session, one after the other. */
function pagesIn(language: Language): readonly string[] {
  return [loginPage(POLICY, true, language), loginPage(POLICY, false, language), startingPage(POLICY, language)];
}

function textsOf(words: LoginWords): readonly string[] {
  return Object.entries(words).flatMap(([key, text]) =>
    typeof text === "string" && ON_PAGES.includes(key) ? [text] : [],
  );
}

describe("the pages without a session", () => {
  it.each(LANGUAGES)("say everything in the language of whoever asked: %s", (language) => {
    const pages = pagesIn(language);
    const all = pages.join("\n");
    expect(textsOf(LOGIN_WORDS[language])).toHaveLength(ON_PAGES.length);
    for (const text of textsOf(LOGIN_WORDS[language])) expect(all).toContain(text);
    for (const page of pages) expect(page).toContain(`<html lang="${language}">`);
    expect(all).toContain(LINK_COMMAND);
  });

  it("in Chinese, hold no sentence of the English ones", () => {
    const all = pagesIn("zh-CN").join("\n");
    for (const text of textsOf(LOGIN_WORDS.en)) expect(all).not.toContain(`>${text}<`);
    for (const text of [LOGIN_WORDS.en.thisLink, LOGIN_WORDS.en.noAnswer]) expect(all).not.toContain(text);
  });

  it("say how long to wait, in minutes where it is long", () => {
    expect(LOGIN_WORDS.en.tooMany(14)).toBe("Too many tries: wait 14 s before the next.");
    expect(LOGIN_WORDS.en.tooMany(91)).toBe("Too many tries: wait 2 min before the next.");
    expect(LOGIN_WORDS["zh-CN"].tooMany(91)).toBe("尝试次数过多：请等待 2 分钟再试。");
  });
});
