/** The organisation that a screen of who looks after branches is about: the address names it, else it is his own. */
import { useLocation } from "preact-iso";
import type { Shapes } from "../api/client";
import { me } from "../sync/session";
import { idOf } from "./address";
import { overseen } from "./roles";
import { type Loaded, useCopy } from "./useCopy";

export function usePlace(): { own: string; id: string; place: Loaded<Shapes["Organization"]> } {
  const { query } = useLocation();
  const own = me.value ? overseen(me.value.member).id : "";
  const id = idOf(query.noi) ?? own;
  return { own, id, place: useCopy<Shapes["Organization"]>(`/v1/organizations/${id}`) };
}
