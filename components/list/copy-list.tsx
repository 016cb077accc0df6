"use client";
/** Beside the heading of a list: all of it, as people or as programs want it. */
import { plural } from "#components/format.ts";
import { copyText } from "#components/shell/hand-out.ts";
import { MenuButton } from "#components/ui/menu-button.tsx";
import { toCsv, toJson, type Listing } from "./listing.ts";

export function CopyList({ of, listing }: { readonly of: string; readonly listing: () => Listing }) {
  const copy = (write: (listing: Listing) => string, form: string) => (): void => {
    const made = listing();
    void copyText(write(made), `${plural(made.rows.length, "row", "rows")} as ${form}`);
  };
  return (
    <span data-print="off">
      <MenuButton
        kind="quiet"
        icon="copy"
        label={`Copy ${of}`}
        entries={[
          { key: "csv", label: "Copy as CSV", onPress: copy(toCsv, "CSV") },
          { key: "json", label: "Copy as JSON", onPress: copy(toJson, "JSON") },
        ]}
      >
        Copy
      </MenuButton>
    </span>
  );
}
