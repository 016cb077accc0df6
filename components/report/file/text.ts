/** Text on its way into a file that leaves the console: as text, never as markup, and without anybody's secrets. */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Marks a template as markup, not words: every text in it goes through `escaped`. */
export const markup = String.raw;

/** Nothing the console writes down should have one; what people name and type might. */
const SECRETS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  // password=x, "password" : "x", --token x, api_key: x, IDENTIFIED BY 'x', Authorization: Bearer x
  [
    /((?:pass(?:word|wd|phrase)?|pwd|secret(?:[_-]?(?:access[_-]?)?key)?|token|api[_-]?key|access[_-]?key|credentials?)["']?\s*(?:[=:]|\s(?=["']))\s*)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;)}"']+)/gi,
    "$1•••",
  ],
  [/(--(?:password|passwd|token|secret|api-key)\s+)(\S+)/gi, "$1•••"],
  [/(\bidentified\s+(?:with\s+\S+\s+)?by\s+)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\S+)/gi, "$1•••"],
  [/(\b(?:bearer|basic)\s+)([A-Za-z0-9._~+/=-]{6,})/gi, "$1•••"],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:)([^\s@/]+)(?=@)/gi, "$1•••"],
  [/\bAKIA[0-9A-Z]{16}\b/g, "•••"],
];

export function withoutSecrets(text: string): string {
  return SECRETS.reduce((kept, [pattern, instead]) => kept.replace(pattern, instead), text);
}

export function escaped(text: string): string {
  return withoutSecrets(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
}

/** The same for every text in a value, which stays what it is. */
export function redacted(value: unknown): unknown {
  if (typeof value === "string") return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redacted(part)]));
}
