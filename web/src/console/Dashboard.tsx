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
import { followsUp, overseen, placesOf, seesBelow } from "../ui/roles";
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
  const member = me.value?.member;
  const own = member ? overseen(member) : { id: "", name: "" };
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
        followsUp(member, id) && (
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
          <Others at={id} link={(place) => at(place, month)} />
          <Places organization={id} month={month} />
          <Summary
            figures={figures.data}
            progress={(state) => (followsUp(member, id) ? progress.replace("not_registered", state) : undefined)}
          />
          <Children
            path={`${path}/dashboard/children?month=${month}&limit=100`}
            link={(child) => (seesBelow(member, id) || seesBelow(member, child) ? at(child, month) : undefined)}
          />
          <Trend path={`${path}/trend?from=${shift(month, -5)}&to=${month}`} />
        </>
      )}
    </Screen>
  );
}

/** Who looks after several goes from one to the other. */
function Others({ at, link }: { at: string; link: (id: string) => string }) {
  const others = me.value ? placesOf(me.value.member).filter((place) => place.id !== at) : [];
  if (others.length === 0) return null;
  return (
    <nav class="line" aria-label={office.manage.others}>
      {others.map((place) => (
        <ButtonLink kind="quiet" key={place.id} href={link(place.id)}>
          {place.name}
        </ButtonLink>
      ))}
    </nav>
  );
}

function Summary({ figures, progress }: { figures: Figures; progress: (state: string) => string | undefined }) {
  const { meetings, attendance, documents, resolutions, adoption } = figures;
  const rows: [string, ComponentChildren][] = [
    [office.manage.registered, ofBranches(figures, meetings.branches_not_registered)],
    [office.manage.notRegistered, <Way href={progress("not_registered")} n={meetings.branches_not_registered} />],
    [office.manage.held, ofBranches(figures, meetings.branches_not_held)],
    [office.manage.notHeld, <Way href={progress("not_held")} n={meetings.branches_not_held} />],
    [office.manage.attendance, percent(attendance.present, attendance.base)],
    [office.manage.overdue, <Way href={progress("resolution_overdue")} n={resolutions.overdue} />],
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

/** Branches, as those that are missing are: meetings are more, of one that has met twice. */
function ofBranches({ branches }: Figures, missing: number): string {
  return office.manage.of(number(branches - missing), number(branches));
}

/** A figure that leads to those it counts, for whom they are to be seen. */
function Way({ href, n }: { href: string | undefined; n: number }) {
  return href ? <a href={href}>{number(n)}</a> : <>{number(n)}</>;
}

function Children({ path, link }: { path: string; link: (id: string) => string | undefined }) {
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
  const linkOf = (child: Figures["organization"]) => (child.level === "branch" ? undefined : link(child.id));
  const choose = (at: number) => {
    const child = children.items[at]?.organization;
    const href = child && linkOf(child);
    if (href) route(href);
  };
  return (
    <section class="stack">
      <h2>{manage.children}</h2>
      <State of={children} />
      {drawing && <Picture label={manage.childrenPicture} drawing={drawing} onChoose={choose} />}
      {children.items.length > 0 && (
        <Table label={manage.children} heads={heads}>
          {children.items.map((child) => (
            <tr key={child.organization.id}>
              <th scope="row">
                {linkOf(child.organization) ? (
                  <a href={linkOf(child.organization)}>{child.organization.name}</a>
                ) : (
                  child.organization.name
                )}
              </th>
              <td>{ofBranches(child, child.meetings.branches_not_registered)}</td>
              <td>{share(registeredPercent(child))}</td>
              <td>{ofBranches(child, child.meetings.branches_not_held)}</td>
              <td>{percent(child.attendance.present, child.attendance.base)}</td>
              <td>{number(child.resolutions.overdue)}</td>
            </tr>
          ))}
        </Table>
      )}
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
      {months.length > 0 && (
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
      )}
    </section>
  );
}
