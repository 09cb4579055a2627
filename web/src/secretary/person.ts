/** What a secretary changes of a member: what differs is sent, and what needs a reason asks for it. */
import type { Shapes } from "../api/client";

export type Profile = Shapes["MemberProfile"];
type Edit = Shapes["EditMemberInput"];

export interface Form {
  name: string;
  phone: string;
  occupation: NonNullable<Profile["occupation"]> | "";
  status: NonNullable<Profile["status"]>;
  leftReason: "died" | "moved" | "resigned" | "expelled";
  isExempt: boolean;
  reason: string;
  from: string;
}

export function formOf(member: Profile): Form {
  return {
    name: member.full_name,
    phone: member.phone ?? "",
    occupation: member.occupation ?? "",
    status: member.status ?? "official",
    leftReason: "moved",
    isExempt: member.exempt ?? false,
    reason: "",
    from: "",
  };
}

/** What he is in the branch changes from a day on, and for a reason. */
export function needsReason(member: Profile, form: Form): boolean {
  return form.status !== member.status || form.isExempt !== (member.exempt ?? false);
}

export function changesOf(member: Profile, form: Form): Edit {
  const [name, phone] = [form.name.trim(), form.phone.trim()];
  return {
    ...(name !== member.full_name ? { full_name: name } : {}),
    ...(phone !== (member.phone ?? "") ? { phone: phone || null } : {}),
    ...(form.occupation !== (member.occupation ?? "") ? { occupation: form.occupation || null } : {}),
    ...(form.status !== member.status ? { status: form.status } : {}),
    ...(form.status === "left" && member.status !== "left" ? { left_reason: form.leftReason } : {}),
    ...(form.isExempt !== (member.exempt ?? false) ? { exempt: form.isExempt } : {}),
    ...(needsReason(member, form) ? { reason: form.reason.trim() } : {}),
    ...(needsReason(member, form) && form.from ? { effective_on: form.from } : {}),
  };
}
