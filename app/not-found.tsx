import { t } from "#components/language/t.ts";
import { Trouble } from "#components/shell/trouble.tsx";
import { learned } from "./title.ts";

export default async function NotFound() {
  await learned();
  return (
    <Trouble
      verdict={t("There is no such page.")}
      reason={t("The cluster or run may have been named differently.")}
      again={null}
    />
  );
}
