import { useLocation } from "preact-iso";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { Shapes } from "../api/client";
import { month as monthWords, monthOf, number, percent } from "../i18n/format";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { me } from "../sync/session";
import { idOf, monthIn } from "../ui/address";
import { Button, ButtonLink } from "../ui/Button";
import { followsUp, overseen } from "../ui/roles";
import { Screen, State } from "../ui/Screen";
import { useCopy } from "../ui/useCopy";
import { Table } from "../ui/Table";
import { useList } from "../ui/useList";
import { branchesOf, comparedOf, registeredPercent, sharesOf, shortMonth } from "./drawing";
import { Picture } from "./Picture";
import { Places } from "./Places";

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
      title={office.manage.title}
      of={figures}
      isWide
      back={id === own.id ? undefined : at(own.id, month)}
      primary={
        followsUp(me.value?.member) && (
          <ButtonLink kind="primary" href={progress}>
            {office.manage.see}
          </ButtonLink>
        )
      }
    >
      {figures.data && (
        <>
          <p class="large strong">
            {figures.data.organization.name}, {monthWords(month)}
          </p>
          <div class="line">
            <ButtonLink kind="quiet" href={at(id, shift(month, -1))}>
              {office.manage.before}
            </ButtonLink>
            <ButtonLink kind="quiet" href={at(id, shift(month, 1))}>
              {office.manage.after}
            </ButtonLink>
          </div>
          <Places organization={id} month={month} />
          <Summary
            figures={figures.data}
            progress={(state) => (followsUp(me.value?.member) ? progress.replace("not_registered", state) : undefined)}
          />
          <Children path={`${path}/dashboard/children?month=${month}&limit=100`} link={(child) => at(child, month)} />
          <Trend path={`${path}/trend?from=${shift(month, -5)}&to=${month}`} />
        </>
      )}
    </Screen>
  );
}

function Summary({ figures, progress }: { figures: Figures; progress: (state: string) => string | undefined }) {
  const { meetings, attendance, documents, resolutions, adoption } = figures;
  const rows: [string, ComponentChildren][] = [
    [office.manage.registered, office.manage.of(number(meetings.registered), number(figures.branches))],
    [office.manage.notRegistered, <a href={progress("not_registered")}>{number(meetings.branches_not_registered)}</a>],
    [office.manage.held, number(meetings.held)],
    [office.manage.notHeld, <a href={progress("not_held")}>{number(meetings.branches_not_held)}</a>],
    [office.manage.attendance, percent(attendance.present, attendance.base)],
    [office.manage.overdue, <a href={progress("resolution_overdue")}>{number(resolutions.overdue)}</a>],
    [office.manage.read, percent(documents.read, documents.audience)],
    [office.manage.members, number(figures.members)],
    [office.manage.activated, percent(adoption.activated, figures.members)],
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
  const { route } = useLocation();
  const children = useList<Figures>(path);
  const drawing = useMemo(() => comparedOf(children.items), [children.items.length, children.data]);
  if (children.data?.items.length === 0) return null;
  const { manage } = office;
  const heads = [
    manage.name,
    manage.registered,
    manage.registeredShare,
    manage.held,
    manage.attendance,
    manage.overdue,
  ] as const;
  const choose = (at: number) => {
    const child = children.items[at]?.organization;
    if (child && child.level !== "branch") route(link(child.id));
  };
  return (
    <section class="stack">
      <h2>{manage.children}</h2>
      <State of={children} />
      {drawing && <Picture label={manage.childrenPicture} drawing={drawing} onChoose={choose} />}
      <Table label={manage.children} heads={heads}>
        {children.items.map((child) => (
          <tr key={child.organization.id}>
            <th scope="row">
              {child.organization.level === "branch" ? (
                child.organization.name
              ) : (
                <a href={link(child.organization.id)}>{child.organization.name}</a>
              )}
            </th>
            <td>{manage.of(number(child.meetings.registered), number(child.branches))}</td>
            <td>{share(registeredPercent(child))}</td>
            <td>{number(child.meetings.held)}</td>
            <td>{percent(child.attendance.present, child.attendance.base)}</td>
            <td>{number(child.resolutions.overdue)}</td>
          </tr>
        ))}
      </Table>
      {children.hasMore && <Button onPress={children.more}>{vi.more}</Button>}
    </section>
  );
}

function share(percents: number | null): string {
  return percents === null ? vi.none : `${percents}%`;
}

function Trend({ path }: { path: string }) {
  const trend = useCopy<Shapes["Trend"]>(path);
  const months = trend.data?.months ?? [];
  const { manage } = office;
  const heads = [
    manage.month,
    manage.registered,
    manage.onTime,
    manage.held,
    manage.attendance,
    manage.read,
    manage.overdue,
  ] as const;
  return (
    <section class="stack">
      <h2>{manage.trend}</h2>
      <State of={trend} />
      {months.length > 1 && (
        <div class="pictures">
          <Picture label={manage.branchesPicture} drawing={branchesOf(months)} />
          <Picture label={manage.sharesPicture} drawing={sharesOf(months)} />
        </div>
      )}
      <Table label={manage.trend} heads={heads}>
        {months.map((each) => (
          <tr key={each.month}>
            <th scope="row">{shortMonth(each.month)}</th>
            <td>{number(each.registered)}</td>
            <td>{number(each.on_time)}</td>
            <td>{number(each.held)}</td>
            <td>{share(each.attendance_percent)}</td>
            <td>{share(each.read_percent)}</td>
            <td>{number(each.resolutions_overdue)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
