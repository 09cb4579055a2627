import { useLocation } from "preact-iso";
import { vi } from "../i18n/vi";
import { me } from "../sync/session";
import { Icon, type IconName } from "./Icon";
import { leads, oversees } from "./roles";

interface Tab {
  href: string;
  words: string;
  icon: IconName;
}

export function Tabs() {
  const { path } = useLocation();
  const tabs: Tab[] = [
    { href: "/app/", words: vi.tabs.home, icon: "home" },
    { href: "/app/van-ban", words: vi.tabs.papers, icon: "papers" },
  ];
  if (leads(me.value?.member)) tabs.push({ href: "/app/chi-bo", words: vi.tabs.branch, icon: "people" });
  if (oversees(me.value?.member)) tabs.push({ href: "/app/quan-ly", words: vi.tabs.manage, icon: "chart" });
  tabs.push({ href: "/app/cua-toi", words: vi.tabs.mine, icon: "person" });
  return (
    <nav class="tabs" aria-label={vi.tabsName}>
      {tabs.map((tab) => (
        <a key={tab.href} href={tab.href} aria-current={isAt(path, tab.href) ? "page" : undefined}>
          <Icon name={tab.icon} />
          {tab.words}
        </a>
      ))}
    </nav>
  );
}

function isAt(path: string, href: string): boolean {
  const here = path.replace(/\/$/, "");
  return href === "/app/" ? here === "/app" : here === href || here.startsWith(`${href}/`);
}
