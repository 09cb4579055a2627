/** What of the figures is drawn. Everything in a drawing stands in the table below it too. */
import type { Shapes } from "../api/client";
import { office } from "../i18n/office";

type Month = Shapes["Trend_Month"];
type Figures = Shapes["Dashboard"];

export interface Drawing {
  form: "line" | "bar";
  names: string[];
  lines: { name: string; values: (number | null)[] }[];
  unit: "" | "%";
}

/** More bars than these nobody compares: the table alone says them. */
const BARS_MOST = 40;

/** 12/2026 */
export function shortMonth(month: string): string {
  return month.split("-").reverse().join("/");
}

export function branchesOf(months: readonly Month[]): Drawing {
  const { registered, onTime, held } = office.manage;
  return {
    form: "line",
    names: months.map((each) => shortMonth(each.month)),
    lines: [
      { name: registered, values: months.map((each) => each.registered) },
      { name: onTime, values: months.map((each) => each.on_time) },
      { name: held, values: months.map((each) => each.held) },
    ],
    unit: "",
  };
}

/** Nobody has met, nothing was sent: then there is no share, which is not the share of none. */
export function sharesOf(months: readonly Month[]): Drawing {
  return {
    form: "line",
    names: months.map((each) => shortMonth(each.month)),
    lines: [
      { name: office.manage.attendance, values: months.map((each) => each.attendance_percent) },
      { name: office.manage.read, values: months.map((each) => each.read_percent) },
    ],
    unit: "%",
  };
}

/** How many in a hundred of its branches have registered; null: it has none. */
export function registeredPercent({ branches, meetings }: Figures): number | null {
  return branches > 0 ? Math.round((100 * (branches - meetings.branches_not_registered)) / branches) : null;
}

/** Those below, side by side; null: one alone is no comparison, and too many are none. */
export function comparedOf(children: readonly Figures[]): Drawing | null {
  if (children.length < 2 || children.length > BARS_MOST) return null;
  return {
    form: "bar",
    names: children.map((each) => each.organization.name),
    lines: [{ name: office.manage.registeredShare, values: children.map(registeredPercent) }],
    unit: "%",
  };
}
