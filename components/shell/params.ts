/**
 * Parameters of the page that name a part of what it shows already: which node, which moment. They change without a
 * request, and those that are not named stay.
 */
export type Params = Readonly<Record<string, string | null>>;

/** "?node=be-02&at=..." of what stands there, with these changed; null takes one out. */
export function withParams(search: string, changes: Params): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) params.delete(name);
    else params.set(name, value);
  }
  // A time in an address is for people: its colons may stand.
  const text = params.toString().replaceAll("%3A", ":");
  return text === "" ? "" : `?${text}`;
}

export function replaceParams(changes: Params): void {
  window.history.replaceState(null, "", addressWith(changes));
}

/** As another page: *Back* returns from it. */
export function pushParams(changes: Params): void {
  window.history.pushState(null, "", addressWith(changes));
}

function addressWith(changes: Params): string {
  return `${window.location.pathname}${withParams(window.location.search, changes)}`;
}
