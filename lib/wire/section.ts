/** What differs between two sections of the configuration. Without a schema, so that a form is shown before one comes. */

export type Change = { readonly field: string; readonly before: string | null; readonly after: string | null };

/** Field by field, in words that can be shown: sections carry no secrets. */
export function changesBetween(before: unknown, after: unknown, field = ""): readonly Change[] {
  if (isGroup(before) && isGroup(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => changesBetween(before[name], after[name], field === "" ? name : `${field}.${name}`));
  }
  const [was, is] = [inShort(before), inShort(after)];
  return was === is ? [] : [{ field, before: was, after: is }];
}

function inShort(value: unknown): string | null {
  return value === undefined ? null : typeof value === "string" ? value : JSON.stringify(value);
}

export function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
