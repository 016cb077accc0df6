"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { LANGUAGE_NAMES, LANGUAGES } from "#lib/people/language.ts";
import { runName } from "#lib/run/run-id.ts";
import { servingOf } from "#components/cluster/serving-of.ts";
import { useNow } from "#components/data/live-provider.tsx";
import { useHeldCluster } from "#components/data/held.ts";
import { usePerson } from "#components/data/person.tsx";
import { clustersQuery } from "#components/data/queries.ts";
import { logOut } from "#components/data/mutations.ts";
import { timeOfDay, zoneName, zoneOffset } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { currentLanguage } from "#components/language/current.ts";
import { readIn } from "#components/language/choose.ts";
import { toggleTimes, useTimes } from "#components/stores/times.ts";
import { askToNotify } from "#components/notify/ask.ts";
import { soundTone } from "#components/notify/tone.ts";
import { setNotify, setNotifySound, useNotifyStore } from "#components/stores/notify.ts";
import { toast } from "#components/stores/toasts.ts";
import { toggleTheme, useTheme } from "#components/stores/theme.ts";
import { classesOf } from "#components/ui/css.ts";
import { HiddenText } from "#components/ui/hidden-text.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { Menu } from "#components/ui/menu.tsx";
import { LiveIndicator } from "./live-indicator.tsx";
import { Mark } from "./mark.tsx";
import { ACCOUNTS_PATH, ADD_CLUSTER_PATH, CLUSTERS_PATH, pathOf, settingsPath, TABS, type Tab } from "./place.ts";
import { localZone } from "#components/zone.ts";
import styles from "./top-bar.module.css";

const css = classesOf(styles);

export function TopBar({
  clusterId,
  tab,
  onFind,
  onKeys,
}: {
  readonly clusterId: string | null;
  readonly tab: Tab | null;
  readonly onFind: () => void;
  readonly onKeys: () => void;
}) {
  return (
    <header className={css("bar")} data-print="off">
      <Link href={CLUSTERS_PATH} className={css("brand")} aria-label={t("Sluice, all clusters")}>
        <Mark />
        <span className={css("name")}>{t("Sluice")}</span>
      </Link>
      {clusterId === null ? <span className={css("spring")} /> : <Tabs clusterId={clusterId} tab={tab} />}
      <LiveIndicator clusterId={clusterId} />
      <Clock />
      <button type="button" className={css("find")} onClick={onFind}>
        <Icon name="search" />
        <span className={css("findText")}>{t("Find or run")}</span>
        <Kbd>{t("Ctrl K")}</Kbd>
      </button>
      <PersonMenu onKeys={onKeys} />
    </header>
  );
}

function Tabs({ clusterId, tab }: { readonly clusterId: string; readonly tab: Tab | null }) {
  const cluster = useHeldCluster(clusterId);
  const active = cluster?.runs.filter((run) => run.endedAtMs === null).length ?? 0;
  return (
    <>
      <ClusterSwitcher clusterId={clusterId} />
      <nav className={css("tabs")} aria-label={t("Cluster")}>
        {TABS.map((each) => (
          <Link
            key={each.tab}
            href={pathOf(clusterId, each.tab)}
            className={css("tab", each.tab === tab && "current")}
            aria-current={each.tab === tab ? "page" : undefined}
          >
            {t(each.title)}
            {each.tab === "runs" && active > 0 ? (
              <span className={css("count")}>
                {active}
                <HiddenText> {t("under way")}</HiddenText>
              </span>
            ) : null}
          </Link>
        ))}
      </nav>
    </>
  );
}

function ClusterSwitcher({ clusterId }: { readonly clusterId: string }) {
  const router = useRouter();
  const clusters = useQuery(clustersQuery()).data ?? [];
  const name = clusters.find((each) => each.id === clusterId)?.name ?? clusterId;
  return (
    <Menu
      label={t("Cluster {name}, switch", { name })}
      trigger={
        <button type="button" className={css("switcher")}>
          <span>{name}</span>
          <Icon name="chevronDown" size={12} />
        </button>
      }
      entries={[
        ...clusters.map((each) => ({
          key: each.id,
          label: each.name,
          note: each.activeRun === null ? servingOf(each) : t("run {run}", { run: runName(each.activeRun.id) }),
          current: each.id === clusterId,
          onPress: () => router.push(pathOf(each.id, "nodes")),
        })),
        {
          key: "/settings",
          label: t("Settings of {name}…", { name }),
          onPress: () => router.push(settingsPath(clusterId)),
        },
        { key: "/", label: t("All clusters"), onPress: () => router.push(CLUSTERS_PATH) },
        { key: "/add", label: t("Add a cluster…"), onPress: () => router.push(ADD_CLUSTER_PATH) },
      ]}
    />
  );
}

function Clock() {
  const nowMs = useNow();
  return (
    <span className={css("clock")} aria-hidden title={zoneName()}>
      {timeOfDay(nowMs)} {zoneOffset(nowMs)}
    </span>
  );
}

function PersonMenu({ onKeys }: { readonly onKeys: () => void }) {
  const router = useRouter();
  const { name: operator, role } = usePerson();
  const theme = useTheme((state) => state.theme);
  const { isLocal, zone } = useTimes();
  const notify = useNotifyStore();
  const language = currentLanguage();
  const other = LANGUAGES.find((each) => each !== language) ?? language;
  return (
    <Menu
      label={t("{operator}, {role}, menu", { operator, role: said(role) })}
      align="end"
      trigger={
        <button type="button" className={css("person")}>
          <Icon name="person" />
          <span className={css("personName")}>{operator}</span>
        </button>
      }
      entries={[
        {
          key: "theme",
          label: t(theme === "dark" ? "Use light theme" : "Use dark theme"),
          note: "T",
          onPress: toggleTheme,
        },
        {
          key: "times",
          label: t(isLocal ? "Show times in UTC" : "Show times in local time"),
          note: isLocal ? zone : localZone(),
          onPress: toggleTimes,
        },
        {
          key: "notify",
          label: t(notify.on ? "Stop telling me of gates and holds" : "Tell me of gates and holds"),
          note: t(notify.on ? "on" : "off"),
          onPress: () => void toggleNotify(notify.on),
        },
        ...(notify.on
          ? [
              {
                key: "sound",
                label: t(notify.sound ? "Without a sound" : "With a sound"),
                note: t(notify.sound ? "on" : "off"),
                onPress: () => toggleSound(notify.sound),
              },
            ]
          : []),
        { key: "language", label: LANGUAGE_NAMES[other], note: LANGUAGE_NAMES[language], onPress: () => readIn(other) },
        { key: "accounts", label: t("Accounts…"), onPress: () => router.push(ACCOUNTS_PATH) },
        { key: "keys", label: t("Keyboard"), note: "?", onPress: onKeys },
        {
          key: "logout",
          label: t("Log out {operator}", { operator }),
          note: said(role),
          onPress: () => void logOut().then(() => location.assign("/")),
        },
      ]}
    />
  );
}

async function toggleNotify(isOn: boolean): Promise<void> {
  setNotify(!isOn);
  if (!isOn) toast(await askToNotify());
}

function toggleSound(isOn: boolean): void {
  setNotifySound(!isOn);
  if (!isOn) void soundTone();
}
