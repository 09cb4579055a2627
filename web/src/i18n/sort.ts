/** Names in the order of a Vietnamese list, and finding them by what fingers type. */

const collator = new Intl.Collator("vi");

/** The given name is the last word; the family's comes after it. */
function given(name: string): string {
  return name.slice(name.lastIndexOf(" ") + 1);
}

export function compareNames(a: string, b: string): number {
  return collator.compare(given(a), given(b)) || collator.compare(a, b);
}

export function byName<T>(people: readonly T[], name: (person: T) => string): T[] {
  return people
    .map((person) => ({ person, name: name(person).trim() }))
    .sort((a, b) => compareNames(a.name, b.name))
    .map((each) => each.person);
}

/** Without accents, small, single spaces: "Đỗ  Thị Ánh" is "do thi anh". */
export function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[\u0111\u0110]/g, "d")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();
}

/** Who types accents means them; who does not, means all. */
export function matches(name: string, typed: string): boolean {
  const wanted = typed.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();
  const plain = fold(typed);
  if (wanted === plain) return fold(name).includes(plain);
  return name.normalize("NFC").toLowerCase().replace(/\s+/g, " ").includes(wanted);
}
