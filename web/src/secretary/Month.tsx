import type { Meeting } from "../api/client";
import { day, daysTo, moment, month as monthWords } from "../i18n/format";
import { vi } from "../i18n/vi";
import { ButtonLink } from "../ui/Button";
import { Row, Rows } from "../ui/Row";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { ofMonth, useBranch, useMonths } from "./api";
import { dueStep, isUnfinished, type Step, stepsOf } from "./steps";

/** The branch's month, step by step; the button at the bottom is the step that is due. */
export default function Month() {
  const branch = useBranch();
  const list = useMonths(branch.id);
  const now = Date.now();
  const months = list.months.map((month) => {
    const meeting = ofMonth(list.data?.items ?? [], month, branch.id);
    return { month, meeting, steps: stepsOf(meeting, now) };
  });
  const shown = months.filter(({ month, steps }) => month !== list.months[0] || isUnfinished(steps));
  const due = dueStep(
    shown.map((each) => each.steps),
    Number(day(now).slice(0, 2)),
  );
  const primary = due && (
    <ButtonLink kind="primary" href={placeOf(due.step, shown[due.month]!.month, shown[due.month]!.meeting)}>
      {vi.branch.do[due.step.name]}
    </ButtonLink>
  );
  return (
    <Screen title={vi.branch.title} of={list} primary={list.data && primary}>
      <p class="large strong">{branch.name}</p>
      {shown.map((each) => (
        <section class="stack" key={each.month}>
          <h2>{vi.monthTitle(monthWords(each.month))}</h2>
          {each.meeting && <p>{moment(each.meeting.starts_at)}</p>}
          <ol class="rows">
            {each.steps.map((step) => (
              <StepRow key={step.name} step={step} month={each.month} meeting={each.meeting} now={now} />
            ))}
          </ol>
        </section>
      ))}
      <Rows>
        <Row href="/app/chi-bo/dang-vien" title={vi.branch.members} />
        <Row href="/app/chi-bo/viec" title={vi.branch.tasks} />
        <Row href={`/app/quan-ly/van-ban?noi=${branch.id}`} title={vi.branch.papers} />
      </Rows>
    </Screen>
  );
}

/** Where a step is done. */
function placeOf(step: Step, month: string, meeting: Meeting | undefined): string {
  const places = { read: "goi", roll: "diem-danh", minutes: "bien-ban", resolution: "nghi-quyet" };
  if (step.name === "register") return `/app/chi-bo/dang-ky?thang=${month}`;
  return `/app/chi-bo/${places[step.name]}/${meeting?.id ?? ""}`;
}

function StepRow({
  step,
  month,
  meeting,
  now,
}: {
  step: Step;
  month: string;
  meeting: Meeting | undefined;
  now: number;
}) {
  const isReachable = step.state !== "later" && (meeting || step.name === "register");
  const kind =
    step.state === "done" ? "done" : step.state === "late" ? "late" : step.state === "next" ? "waiting" : "info";
  const href = isReachable && !(step.name === "register" && meeting) ? placeOf(step, month, meeting) : undefined;
  return (
    <Row title={vi.branch.steps[step.name]} href={href}>
      {step.state === "later" ? (
        <span class="hint">{vi.branch.states.later}</span>
      ) : (
        <Status kind={kind}>
          {vi.branch.states[step.state]}
          {step.name === "resolution" && step.state !== "done" && meeting?.resolution && (
            <> · {dueWords(meeting.resolution.due_at, now)}</>
          )}
        </Status>
      )}
    </Row>
  );
}

function dueWords(at: string, now: number): string {
  return vi.branch.due(day(at), daysTo(at, now));
}
