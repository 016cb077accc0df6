/** Small tools for reading statements; the twin has no grammar, only the shapes it needs. */

/** Without comments, outer blanks and the closing semicolon. */
export function cleaned(sql: string): string {
  return sql
    .replace(/\/\*[\s\S]*?\*\//g, " ")
    .replace(/^\s*--.*$/gm, " ")
    .trim()
    .replace(/;+\s*$/, "")
    .trim();
}

/** A LIKE pattern as a test: `%` any text, `_` any character, `\` takes the next one as it is; case does not matter. */
export function likePattern(pattern: string): (text: string) => boolean {
  const body = pattern.replace(/\\?[\s\S]/g, (token) => {
    if (token === "%") return "[\\s\\S]*";
    if (token === "_") return "[\\s\\S]";
    const plain = token.length === 2 ? token.slice(1) : token;
    return plain.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
  });
  const test = new RegExp(`^${body}$`, "i");
  return (text) => test.test(text);
}

/** `'a'`, `"a"` or `` `a` `` as a. */
export function unquoted(text: string): string {
  const trimmed = text.trim();
  const quote = trimmed[0];
  if (trimmed.length < 2 || quote === undefined || !"'\"`".includes(quote) || !trimmed.endsWith(quote)) return trimmed;
  return trimmed.slice(1, -1).replaceAll(`${quote}${quote}`, quote).replace(/\\(.)/g, "$1");
}

/** Splits at a separator that stands outside quotes and parentheses. */
export function splitOutside(text: string, separator: RegExp): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote: string | null = null;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (quote !== null) {
      if (char === "\\") at += 1;
      else if (char === quote) quote = null;
      continue;
    }
    if ("'\"`".includes(char)) quote = char;
    else if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    else if (depth === 0) {
      separator.lastIndex = at;
      const found = separator.exec(text);
      if (found !== null && found.index === at) {
        parts.push(text.slice(from, at));
        at += found[0].length - 1;
        from = at + 1;
      }
    }
  }
  parts.push(text.slice(from));
  return parts.map((part) => part.trim());
}

/** `("a" = "1", "b" = "2")` as a map. */
export function properties(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const match of text.matchAll(/(["'])([^"']+)\1\s*=\s*(["'])((?:(?!\3).)*)\3/g))
    found.set(match[2] ?? "", match[4] ?? "");
  return found;
}

/** `db.table`, or a table of the session's database; back-ticks fall away. */
export function tableName(text: string, database: string): { readonly database: string; readonly table: string } {
  const parts = text.replaceAll("`", "").trim().split(".");
  const table = parts.pop() ?? "";
  return { database: parts.pop() ?? database, table };
}

/** `"host:port"` in quotes, several by commas. */
export function hostPorts(text: string): readonly { readonly host: string; readonly port: number }[] {
  return [...text.matchAll(/["']([^"':]+):(\d+)["']/g)].map((match) => ({
    host: match[1] ?? "",
    port: Number(match[2]),
  }));
}
