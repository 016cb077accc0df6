/** A section as YAML that can be put into a file by hand. The library is read when it is needed, not with every page. */
import type { Section } from "#lib/wire/configuration.ts";

export async function sectionText(section: Section): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify({ clusters: [section] }, { lineWidth: 0 });
}
