/** Addresses and their screens. What a member sees first comes with the app; the rest when he goes there. */
import type { FunctionComponent } from "preact";
import { Home } from "./member/Home";
import { lazyScreen as screen } from "./ui/lazyScreen";

interface AppRoute {
  path?: string;
  component: FunctionComponent;
}

export const ROUTES: AppRoute[] = [
  { path: "/app/", component: Home },
  { path: "/app/hop/:id", component: screen(() => import("./member/Meeting")) },
  { path: "/app/hop/:id/y-kien", component: screen(() => import("./member/Comment")) },
  { path: "/app/hop/:id/de-xuat", component: screen(() => import("./member/Propose")) },
  { path: "/app/diem-danh", component: screen(() => import("./member/CheckIn")) },
  { path: "/app/chi-bo/ma/:id", component: screen(() => import("./secretary/ShowCode")) },
  { path: "/app/bu", component: screen(() => import("./member/CatchUp")) },
  { path: "/app/van-ban", component: screen(() => import("./member/Search")) },
  { path: "/app/van-ban/:id", component: screen(() => import("./member/Document")) },
  { path: "/app/hop-thu", component: screen(() => import("./member/Inbox")) },
  { path: "/app/chua-gui", component: screen(() => import("./member/Unsent")) },
  { path: "/app/cua-toi", component: screen(() => import("./member/Me")) },
  { path: "/app/chi-bo", component: screen(() => import("./secretary/Month")) },
  { path: "/app/chi-bo/dang-ky", component: screen(() => import("./secretary/Register")) },
  { path: "/app/chi-bo/goi/:id", component: screen(() => import("./secretary/CallList")) },
  { path: "/app/chi-bo/diem-danh/:id", component: screen(() => import("./secretary/RollCall")) },
  { path: "/app/chi-bo/bien-ban/:id", component: screen(() => import("./secretary/Minutes")) },
  { path: "/app/chi-bo/nghi-quyet/:id", component: screen(() => import("./secretary/Resolution")) },
  { path: "/app/chi-bo/dang-vien", component: screen(() => import("./secretary/Members")) },
  { path: "/app/chi-bo/dang-vien/:id", component: screen(() => import("./secretary/Person")) },
  { path: "/app/chi-bo/to-dang", component: screen(() => import("./secretary/Groups")) },
  { path: "/app/chi-bo/viec", component: screen(() => import("./secretary/Tasks")) },
  { path: "/app/quan-ly", component: screen(() => import("./console/Dashboard")) },
  { path: "/app/quan-ly/tien-do", component: screen(() => import("./console/Compliance")) },
  { path: "/app/quan-ly/lich", component: screen(() => import("./console/Calendar")) },
  { path: "/app/quan-ly/van-ban", component: screen(() => import("./console/Papers")) },
  { path: "/app/quan-ly/van-ban/moi", component: screen(() => import("./console/Write")) },
  { path: "/app/quan-ly/van-ban/:id", component: screen(() => import("./console/Issue")) },
  { path: "/app/quan-ly/to-chuc", component: screen(() => import("./admin/Tree")) },
  { path: "/app/quan-ly/to-chuc/them", component: screen(() => import("./admin/Found")) },
  { path: "/app/quan-ly/to-chuc/sua", component: screen(() => import("./admin/Edit")) },
  { path: "/app/quan-ly/to-chuc/tach", component: screen(() => import("./admin/Split")) },
  { path: "/app/quan-ly/to-chuc/dong", component: screen(() => import("./admin/Close")) },
  { path: "/app/quan-ly/to-chuc/chuc-vu", component: screen(() => import("./admin/Positions")) },
  { path: "/app/quan-ly/to-chuc/thu", component: screen(() => import("./admin/Letters")) },
  { path: "/app/quan-ly/to-chuc/quy-dinh", component: screen(() => import("./console/RulesOf")) },
  { path: "/app/quan-ly/nhat-ky", component: screen(() => import("./admin/Audit")) },
  { path: "/app/quan-ly/nhap", component: screen(() => import("./admin/Import")) },
  { component: Home },
];
