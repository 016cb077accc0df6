"use client";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import { Trouble } from "#components/shell/trouble.tsx";

export default function ErrorPage({ error, reset }: { readonly error: Error; readonly reset: () => void }) {
  return (
    <Trouble
      verdict={t("This page failed.")}
      reason={sentences([said(error.message), t("Runs go on without it: the console acts by itself.")])}
      again={{ label: t("Show it again"), act: reset }}
    />
  );
}
