/** `fe.conf`: `key = value` lines; `#` begins a comment; a value may stand in quotes. */
export type FeConf = ReadonlyMap<string, string>;

export function parseFeConf(text: string): FeConf {
  const entries = new Map<string, string>();
  for (const line of text.split("\n")) {
    const trimmed = line.trim();
    const at = trimmed.indexOf("=");
    if (trimmed === "" || trimmed.startsWith("#") || at === -1) continue;
    entries.set(trimmed.slice(0, at).trim(), unquoted(trimmed.slice(at + 1).trim()));
  }
  return entries;
}

const unquoted = (value: string): string =>
  value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;

/** The FE's own address: `twin_host`, else the address that `priority_networks` names (a /32 or a plain address). */
export function ownHost(conf: FeConf): string {
  const named = conf.get("twin_host") ?? conf.get("priority_networks");
  return named === undefined ? "127.0.0.1" : (named.split(/[/;,]/)[0] ?? "127.0.0.1").trim();
}
