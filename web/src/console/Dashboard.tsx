import { useLocation } from "preact-iso";
import type { ComponentChildren } from "preact";
import type { Shapes } from "../api/client";
import { month as monthWords, monthOf, number, percent } from "../i18n/format";
import { vi } from "../i18n/vi";
import { me } from "../sync/session";
import { idOf, monthIn } from "../ui/address";
import { ButtonLink } from "../ui/Button";
import { administers, overseen } from "../ui/roles";
import { Screen, State } from "../ui/Screen";
import { useCopy } from "../ui/useCopy";
import { useList } from "../ui/useList";

type Figures = Shapes["Dashboard"];

/** "2026-12" so many months on; the fifteenth is in every month, whatever the zone. */
function shift(month: string, by: number): string {
  return monthOf(`${month}-15T00:00:00Z`, by);
}

/** The figures of an organisation and of those right below it, for a month. */
export default function Dashboard() {
  const { query } = useLocation();
  const own = me.value ? overseen(me.value.member) : { id: "", name: "" };
  const id = idOf(query.noi) ?? own.id;
  const month = monthIn(query.thang) ?? monthOf(Date.now());
  const path = `/v1/organizations/${id}`;
  const figures = useCopy<Figures>(`${path}/dashboard?month=${month}`);
  const at = (organization: string, when: string) => `/app/quan-ly?noi=${organization}&thang=${when}`;
  const progress = `/app/quan-ly/tien-do?noi=${id}&thang=${month}&muc=not_registered`;
  return (
    <Screen
      title={vi.manage.title}
      of={figures}
      isWide
      back={id === own.id ? undefined : at(own.id, month)}
      primary={
        <ButtonLink kind="primary" href={progress}>
          {vi.manage.see}
        </ButtonLink>
      }
    >
      {figures.data && (
        <>
          <p class="large strong">
            {figures.data.organization.name}, {monthWords(month)}
          </p>
          <div class="line">
            <ButtonLink kind="quiet" href={at(id, shift(month, -1))}>
              {vi.manage.before}
            </ButtonLink>
            <ButtonLink kind="quiet" href={at(id, shift(month, 1))}>
              {vi.manage.after}
            </ButtonLink>
          </div>
          <Summary figures={figures.data} progress={(state) => progress.replace("not_registered", state)} />
          <Children path={`${path}/dashboard/children?month=${month}&limit=100`} link={(child) => at(child, month)} />
          <Trend path={`${path}/trend?from=${shift(month, -5)}&to=${month}`} />
          {administers(me.value?.member) && (
            <ButtonLink kind="quiet" href="/app/quan-ly/nhap">
              {vi.roster.title}
            </ButtonLink>
          )}
        </>
      )}
    </Screen>
  );
}

function Summary({ figures, progress }: { figures: Figures; progress: (state: string) => string }) {
  const { meetings, attendance, documents, resolutions, adoption } = figures;
  const rows: [string, ComponentChildren][] = [
    [vi.manage.registered, vi.manage.of(number(meetings.registered), number(figures.branches))],
    [vi.manage.notRegistered, <a href={progress("not_registered")}>{number(meetings.branches_not_registered)}</a>],
    [vi.manage.held, number(meetings.held)],
    [vi.manage.notHeld, <a href={progress("not_held")}>{number(meetings.branches_not_held)}</a>],
    [vi.manage.attendance, percent(attendance.present, attendance.base)],
    [vi.manage.overdue, <a href={progress("resolution_overdue")}>{number(resolutions.overdue)}</a>],
    [vi.manage.read, percent(documents.read, documents.audience)],
    [vi.manage.members, number(figures.members)],
    [vi.manage.activated, percent(adoption.activated, figures.members)],
  ];
  return (
    <dl class="figures">
      {rows.map(([label, value]) => (
        <div class="card" key={label}>
          <dt>{label}</dt>
          <dd class="large strong">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Children({ path, link }: { path: string; link: (id: string) => string }) {
  const children = useList<Figures>(path);
  if (children.data?.items.length === 0) return null;
  return (
    <section class="stack">
      <h2>{vi.manage.children}</h2>
      <State of={children} />
      <div class="wide" tabIndex={0} role="region" aria-label={vi.manage.children}>
        <table>
          <thead>
            <tr>
              {[vi.manage.name, vi.manage.registered, vi.manage.held, vi.manage.attendance, vi.manage.overdue].map(
                (head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {children.items.map((child) => (
              <tr key={child.organization.id}>
                <th scope="row">
                  {child.organization.level === "branch" ? (
                    child.organization.name
                  ) : (
                    <a href={link(child.organization.id)}>{child.organization.name}</a>
                  )}
                </th>
                <td>{vi.manage.of(number(child.meetings.registered), number(child.branches))}</td>
                <td>{number(child.meetings.held)}</td>
                <td>{percent(child.attendance.present, child.attendance.base)}</td>
                <td>{number(child.resolutions.overdue)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Trend({ path }: { path: string }) {
  const trend = useCopy<Shapes["Trend"]>(path);
  return (
    <section class="stack">
      <h2>{vi.manage.trend}</h2>
      <State of={trend} />
      <div class="wide" tabIndex={0} role="region" aria-label={vi.manage.trend}>
        <table>
          <thead>
            <tr>
              {[vi.manage.month, vi.manage.registered, vi.manage.onTime, vi.manage.held, vi.manage.attendance].map(
                (head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {trend.data?.months.map((each) => (
              <tr key={each.month}>
                <th scope="row">{each.month.split("-").reverse().join("/")}</th>
                <td>{number(each.registered)}</td>
                <td>{number(each.on_time)}</td>
                <td>{number(each.held)}</td>
                <td>{each.attendance_percent === null ? vi.none : `${each.attendance_percent}%`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
