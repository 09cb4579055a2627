/** The organisation that a screen of who looks after branches is about: the address names it, else it is where he holds
 * the first of the roles that the screen is for. */
import { useLocation } from "preact-iso";
import type { Shapes } from "../api/client";
import { me } from "../sync/session";
import { idOf } from "./address";
import { overseen } from "./roles";
import { type Loaded, useCopy } from "./useCopy";

export function usePlace(...roles: Parameters<typeof overseen>[1][]): {
  own: string;
  id: string;
  place: Loaded<Shapes["Organization"]>;
} {
  const { query } = useLocation();
  const own = me.value ? overseen(me.value.member, ...roles).id : "";
  const id = idOf(query.noi) ?? own;
  return { own, id, place: useCopy<Shapes["Organization"]>(`/v1/organizations/${id}`) };
}
