"use client";
/** Beside the heading of a list: all of it, as people or as programs want it. */
import { inEnglish } from "#components/language/current.ts";
import { t } from "#components/language/t.ts";
import { copyText } from "#components/shell/hand-out.ts";
import { MenuButton } from "#components/ui/menu-button.tsx";
import { toCsv, toJson, type Listing } from "./listing.ts";

export function CopyList({ of, listing }: { readonly of: string; readonly listing: () => Listing }) {
  const copy = (write: (listing: Listing) => string, form: string) => (): void => {
    const made = inEnglish(listing);
    const { length } = made.rows;
    void copyText(write(made), t("{count, plural, one {# row} other {# rows}} as {form}", { count: length, form }));
  };
  return (
    <span data-print="off">
      <MenuButton
        kind="quiet"
        icon="copy"
        label={t("Copy {of}", { of })}
        entries={[
          { key: "csv", label: t("Copy as CSV"), onPress: copy(toCsv, "CSV") },
          { key: "json", label: t("Copy as JSON"), onPress: copy(toJson, "JSON") },
        ]}
      >
        {t("Copy")}
      </MenuButton>
    </span>
  );
}
