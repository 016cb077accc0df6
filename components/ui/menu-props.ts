import type { ReactElement, ReactNode } from "react";

export type MenuEntry = {
  readonly key: string;
  readonly label: ReactNode;
  /** Quieter, at the right. */
  readonly note?: ReactNode;
  readonly onPress: () => void;
  readonly current?: boolean;
};

export type MenuProps = {
  readonly trigger: ReactElement;
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly align?: "start" | "end";
};
