import { office } from "../i18n/office";
import { me } from "../sync/session";
import { administers, followsUp, officiates } from "../ui/roles";

/** What else there is for who looks after branches: words in a line, each in its place. */
export function Places({ organization, month }: { organization: string; month: string }) {
  const member = me.value?.member;
  const at = `noi=${organization}`;
  const places: [string, string, boolean][] = [
    [office.progress.title, `/app/quan-ly/tien-do?${at}&thang=${month}`, followsUp(member)],
    [office.calendar.title, `/app/quan-ly/lich?${at}`, followsUp(member)],
    [office.publish.place, "/app/quan-ly/van-ban", officiates(member)],
    [office.rules.title, `/app/quan-ly/to-chuc/quy-dinh?${at}`, followsUp(member)],
    [office.tree.title, `/app/quan-ly/to-chuc?${at}`, administers(member)],
    [office.roster.title, "/app/quan-ly/nhap", administers(member)],
    [office.audit.title, "/app/quan-ly/nhat-ky", administers(member)],
  ];
  return (
    <nav class="line" aria-label={office.manage.places}>
      {places
        .filter(([, , isHis]) => isHis)
        .map(([words, href]) => (
          <a class="button quiet" key={href} href={href}>
            {words}
          </a>
        ))}
    </nav>
  );
}
