import type { ReactElement, ReactNode } from "react";

export type MenuEntry = {
  readonly key: string;
  readonly label: ReactNode;
  /** Quieter, at the right. */
  readonly note?: ReactNode;
  readonly onPress: () => void;
  readonly current?: boolean;
};

type TriggerProps = {
  readonly "aria-label"?: string;
  readonly "aria-haspopup"?: "menu";
  readonly "aria-expanded"?: boolean;
  readonly onClick?: () => void;
  readonly onFocus?: () => void;
  readonly onBlur?: () => void;
};

export type MenuProps = {
  readonly trigger: ReactElement<TriggerProps>;
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly align?: "start" | "end";
};
