import { type ComponentChildren, Fragment } from "preact";
import { lazy, useLocation } from "preact-iso";
import { me } from "../sync/session";
import { isIdle } from "../sync/idle";
import { oversees } from "../ui/roles";
import { SignIn } from "./SignIn";

const Activate = lazy(() => import("./Activate"));
const Link = lazy(() => import("./Link"));

/** Nobody is signed in: he signs in where he is, and goes on from there. A letter or a link code begins anew. */
export function Gate({ children }: { children: ComponentChildren }) {
  const { path } = useLocation();
  if (path === "/app/kich-hoat") return <Activate />;
  if (path === "/app/lien-ket") return <Link />;
  if (!me.value || me.value.ended || path === "/app/dang-nhap") return <SignIn />;
  if (isIdle.value && oversees(me.value.member)) return <SignIn />;
  // Nothing that one member's screens hold is there for the next.
  return <Fragment key={me.value.member_id}>{children}</Fragment>;
}
