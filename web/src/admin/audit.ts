/** Where what an entry of the audit is about is seen; null: there is no screen of it. */
import type { Shapes } from "../api/client";
import { placeAddress } from "./place";

export function addressOf(type: Shapes["AuditSubject"]["type"], id: string): string | null {
  switch (type) {
    case "member":
      return `/app/chi-bo/dang-vien/${id}`;
    case "organization":
      return placeAddress(id);
    case "meeting":
      return `/app/hop/${id}`;
    case "document":
      return `/app/van-ban/${id}`;
    default:
      return null;
  }
}
