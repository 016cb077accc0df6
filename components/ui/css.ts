import { invariant } from "#lib/util/invariant.ts";

type Name = string | false | null | undefined;

/**
 * Classes of a CSS module by name: `const css = classesOf(styles)`, then `css("row", isOpen && "open")`. A name that
 * the module does not have is a typing mistake, and stops the page in development.
 */
export function classesOf(module: Readonly<Record<string, string>>): (...names: readonly Name[]) => string {
  return (...names) =>
    names
      .filter((name): name is string => typeof name === "string" && name !== "")
      .map((name) => {
        const found = module[name];
        invariant(found !== undefined || process.env.NODE_ENV === "production", `there is no class ${name}`);
        return found ?? "";
      })
      .join(" ");
}
