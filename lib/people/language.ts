/** In which languages the console speaks, and which of them a person reads. The record is kept in English. */

export const LANGUAGES = ["en", "zh-CN"] as const;
export type Language = (typeof LANGUAGES)[number];

/** As each calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", "zh-CN": "简体中文" };

/** Chosen in the menu, kept in the browser and sent with every request: the first paint is in it already. */
export const LANGUAGE_COOKIE = "sluice-language";

/** Under this name what is rendered asks for the language of whoever asked, in one process with others. */
export const LANGUAGE_SLOT = Symbol.for("sluice.language");

/** What was chosen here, else the first that the browser asks for and the console speaks. */
export function languageFor(chosen: string | null, acceptLanguage: string | null): Language {
  const known = LANGUAGES.find((language) => language === chosen);
  if (known !== undefined) return known;
  for (const tag of wishes(acceptLanguage ?? "")) {
    const language = spoken(tag);
    if (language !== null) return language;
  }
  return "en";
}

/** The tags of an Accept-Language header, what is wanted most first (RFC 9110, 12.5.4); those with `q=0` are refused. */
function wishes(header: string): readonly string[] {
  return header
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const weight = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find((each) => each !== undefined);
      return { tag, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ tag, weight }) => tag !== "" && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}

/** Whoever reads Traditional Chinese alone is not served by Simplified: they are asked what they read next. */
function spoken(tag: string): Language | null {
  if (tag === "en" || tag.startsWith("en-")) return "en";
  if (/^zh-(hant|tw|hk|mo)\b/.test(tag)) return null;
  return tag === "zh" || tag.startsWith("zh-") ? "zh-CN" : null;
}
