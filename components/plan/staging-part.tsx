"use client";
/** A release that the console has and the hosts have not: brought to them from here, host by host, before anything is planned. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { AvailableVersionView, StagingHost, StagingView } from "#lib/wire/views.ts";
import { whyNot } from "#components/data/client.ts";
import { stageRelease } from "#components/data/mutations.ts";
import { useWhyNot } from "#components/data/person.tsx";
import { stagingQuery, versionsQuery } from "#components/data/queries.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { StatusWord } from "#components/ui/status-word.tsx";
import styles from "./staging-part.module.css";

const css = classesOf(styles);

const READ_AGAIN_MS = 10_000;

export function StagingPart({
  clusterId,
  version,
  onEnd,
}: {
  readonly clusterId: string;
  readonly version: AvailableVersionView | undefined;
  /** What lies on the hosts is another thing now. */
  readonly onEnd: () => void;
}) {
  const cache = useQueryClient();
  const mayNot = useWhyNot("start");
  const wanted = version?.package !== undefined;
  const { data } = useQuery({ ...stagingQuery(clusterId), enabled: wanted });
  const [refused, setRefused] = useState<string | null>(null);
  const [asked, setAsked] = useState(false);
  const view = data ?? null;
  const endedAtMs = view?.endedAtMs ?? null;
  useEffect(() => {
    if (endedAtMs === null) return;
    void cache.invalidateQueries({ queryKey: versionsQuery(clusterId).queryKey });
    onEnd();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once for each end.
  }, [endedAtMs]);
  // A host that did not answer just then still counts as without it: it is looked at again until it does.
  const missing = version?.missingOn.length ?? 0;
  const isUnread =
    missing > 0 && view?.version === version?.version && endedAtMs !== null && view?.hosts.every(isThere) === true;
  useEffect(() => {
    if (!isUnread) return undefined;
    const again = setInterval(() => {
      void cache.invalidateQueries({ queryKey: versionsQuery(clusterId).queryKey });
      onEnd();
    }, READ_AGAIN_MS);
    return () => clearInterval(again);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- as long as it is so.
  }, [isUnread]);
  if (version?.package === undefined) return null;
  const isUnderWay = view !== null && view.endedAtMs === null;
  const mine = view?.version === version.version ? view : null;
  if (version.missingOn.length === 0 && mine === null) return null;
  const bring = async (): Promise<void> => {
    setAsked(true);
    const answer = await stageRelease(clusterId, version.version);
    setAsked(false);
    setRefused(answer.ok ? null : whyNot(answer));
    await cache.invalidateQueries({ queryKey: stagingQuery(clusterId).queryKey });
  };
  const busy = isUnderWay ? t("{version} is being brought to the hosts.", { version: view.version }) : null;
  return (
    <section className={css("part")} aria-label={t("The release on the hosts")}>
      <div className={css("head")}>
        <p>
          {version.missingOn.length === 0
            ? t("{version} lies on every host.", { version: version.version })
            : t("{version} is not on every host; the console has {file}.", {
                version: version.version,
                file: version.package,
              })}
        </p>
        {version.missingOn.length === 0 ? null : (
          <Button icon="download" pending={asked} locked={mayNot ?? busy} onPress={() => void bring()}>
            {t("Bring {version} to the hosts", { version: version.version })}
          </Button>
        )}
      </div>
      {refused === null ? null : <p role="alert">{refused}</p>}
      {mine === null ? null : <Hosts view={mine} />}
    </section>
  );
}

function isThere({ at }: StagingHost): boolean {
  return at === "done";
}

function Hosts({ view }: { readonly view: StagingView }) {
  if (view.problem !== null) return <p role="alert">{said(view.problem)}</p>;
  if (view.hosts.length === 0) return <p>{t("The package is read and summed up first.")}</p>;
  return (
    <ul className={css("hosts")} aria-label={t("Hosts of {version}", { version: view.version })}>
      {view.hosts.map((host) => (
        <li key={host.host}>
          <strong>{host.host}</strong>
          <StatusWord icon={WORDS[host.at].icon} tone={WORDS[host.at].tone}>
            {t(WORDS[host.at].word)}
          </StatusWord>
          <span>{host.said === "" ? copied(host) : said(host.said)}</span>
        </li>
      ))}
    </ul>
  );
}

function copied({ at, sentBytes, ofBytes }: StagingHost): string {
  if (at !== "copying") return "";
  const megabytes = (bytes: number): number => Math.floor(bytes / 1024 / 1024);
  return t("{sent} of {all} MB", { sent: megabytes(sentBytes), all: Math.ceil(ofBytes / 1024 / 1024) });
}

const WORDS = {
  waiting: { icon: "clock", tone: "quiet", word: msg("its turn comes") },
  copying: { icon: "download", tone: "water", word: msg("copying") },
  unpacking: { icon: "upgrade", tone: "water", word: msg("checking and unpacking") },
  done: { icon: "serving", tone: "ok", word: msg("there") },
  failed: { icon: "fail", tone: "danger", word: msg("not there") },
} as const;
